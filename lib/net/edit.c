/*
 * net/edit.c: parameters change between an edit and a commit, so that stale copies are noticed.
 */
#include "net/net.h"

#include "base/fail.h"

weir_status weir_edit_open(weir_net *net, weir_error *error)
{
    FAIL_IF(weir_net_in_edit(net), error, WEIR_ERROR_ORDER, "an edit of this net is open already: commit it first");
    atomic_fetch_add(&net->generation, 1);
    return WEIR_OK;
}

weir_status weir_edit_close(weir_net *net, weir_error *error)
{
    FAIL_IF(!weir_net_in_edit(net), error, WEIR_ERROR_ORDER, "no edit of this net is open");
    atomic_fetch_add(&net->generation, 1);
    return WEIR_OK;
}
