! client.f90: Weir from Fortran, through nothing but iso_c_binding: one leaky unit in a time loop.
!
! A ReLU unit without biases whose weights are 1 and 0.9 is the linear reservoir s = x + 0.9 s', which is checked.
program client
  use, intrinsic :: iso_c_binding
  implicit none

  integer(c_int), parameter :: weir_f64 = 2, weir_rnn_relu = 2, weir_bias_none = 2

  type, bind(c) :: weir_layer
    integer(c_int) :: kind = 0, direction = 0, bias = 0
    integer(c_int32_t) :: learned_state = 0
    integer(c_int64_t) :: units = 0
    real(c_double) :: dropout = 0
    integer(c_int64_t) :: reserved(4) = 0
  end type

  type, bind(c) :: weir_error
    integer(c_int) :: status = 0
    character(kind=c_char) :: message(252)
  end type

  interface
    integer(c_int) function weir_net_create(net, precision, inputs, layers, n_layers, error) bind(c)
      import
      type(c_ptr), intent(inout) :: net
      integer(c_int), value :: precision
      integer(c_int64_t), value :: inputs, n_layers
      type(weir_layer), intent(in) :: layers(*)
      type(weir_error), intent(out) :: error
    end function
    integer(c_int) function weir_net_set_f64(net, name, values, rows, columns, error) bind(c)
      import
      type(c_ptr), value :: net
      character(kind=c_char), intent(in) :: name(*)
      real(c_double), intent(in) :: values(*)
      integer(c_int64_t), value :: rows, columns
      type(weir_error), intent(out) :: error
    end function
    integer(c_int) function weir_plan_create(plan, net, options, error) bind(c)
      import
      type(c_ptr), intent(inout) :: plan
      type(c_ptr), value :: net, options
      type(weir_error), intent(out) :: error
    end function
    integer(c_int) function weir_forward_f64(plan, x, state, y) bind(c)
      import
      type(c_ptr), value :: plan
      real(c_double), intent(in) :: x(*)
      real(c_double), intent(inout) :: state(*), y(*)
    end function
    subroutine weir_plan_destroy(plan) bind(c)
      import
      type(c_ptr), intent(inout) :: plan
    end subroutine
    subroutine weir_net_destroy(net) bind(c)
      import
      type(c_ptr), intent(inout) :: net
    end subroutine
  end interface

  type(c_ptr) :: net = c_null_ptr, plan = c_null_ptr
  type(weir_layer) :: layers(1)
  type(weir_error) :: error
  real(c_double) :: x(1), state(1), y(1), storage
  integer :: day

  layers(1) = weir_layer(kind=weir_rnn_relu, bias=weir_bias_none, units=1)
  call check(weir_net_create(net, weir_f64, 1_c_int64_t, layers, 1_c_int64_t, error), 'create a net')
  call check(weir_net_set_f64(net, 'weight_ih_l0'//c_null_char, [1.0_c_double], 1_c_int64_t, 1_c_int64_t, error), &
             'set W')
  call check(weir_net_set_f64(net, 'weight_hh_l0'//c_null_char, [0.9_c_double], 1_c_int64_t, 1_c_int64_t, error), &
             'set R')
  call check(weir_plan_create(plan, net, c_null_ptr, error), 'create a plan')

  state = 0
  storage = 0
  do day = 1, 365
    x = merge(10, 0, mod(day, 7) == 0)
    call check(weir_forward_f64(plan, x, state, y), 'run')
    storage = x(1) + 0.9_c_double*storage
    if (abs(y(1) - storage) > 1e-12_c_double .or. abs(state(1) - y(1)) > 0) error stop 'the numbers are wrong'
  end do

  call weir_plan_destroy(plan)
  call weir_net_destroy(net)
  if (c_associated(plan) .or. c_associated(net)) error stop 'destroy left a handle'
  print '(a)', 'a year ran'

contains

  subroutine check(status, what)
    integer(c_int), intent(in) :: status
    character(*), intent(in) :: what
    if (status == 0) return
    print *, 'could not ', what, ': status ', status
    error stop 1
  end subroutine

end program
