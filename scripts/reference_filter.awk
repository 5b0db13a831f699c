# What a reader of a header takes for granted and Doxygen does not: a declaration right under another shares its
# comment, an _f64 struct its _f32 twin's, strides are strides, and what is reserved is zero. Lines stay where they are.

function name_of(declaration) {
    match(declaration, /[a-z0-9_]+(\[[0-9]+\])?;/)
    declaration = substr(declaration, RSTART, RLENGTH - 1)
    sub(/\[.*/, "", declaration)
    return declaration
}

function comment_for(name) {
    if (twin != "")
        return " /**< @copydoc " twin "::" name " */"
    if (name ~ /_step_stride$/)
        return " /**< numbers from one step to the next */"
    if (name ~ /_row_stride$/)
        return " /**< numbers from one row to the next */"
    if (name ~ /^reserved/)
        return " /**< zero */"
    return ""
}

FNR == 1 { shared = ""; twin = ""; in_struct = 0 }

/^WEIR_API/ {
    match($0, /weir_[a-z0-9_]+\(/)
    function_name = substr($0, RSTART, RLENGTH - 1)
    if (after_declaration && $0 !~ /\/\*\*</)
        print "/** @copydoc " shared " */ " $0
    else {
        shared = function_name
        print
    }
    in_declaration = 1
}

/^typedef struct .* \{$/ {
    in_struct = 1
    twin = $3 ~ /_f64$/ ? $3 : ""
    sub(/_f64$/, "_f32", twin)
}

/^}/ { in_struct = 0; twin = "" }

!/^WEIR_API/ {
    if (in_struct && /^    [^\/]*;$/)
        $0 = $0 comment_for(name_of($0))
    print
}

{
    after_declaration = in_declaration && /;/
    if (after_declaration)
        in_declaration = 0
}
