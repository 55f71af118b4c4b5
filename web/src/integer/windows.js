// Windows that walk over a map. A map is laid in a frame first, so that no window has to ask whether it is still inside.

/** What a step's windows are, with what is not said there as it usually is. */
export function geometryOf({ kernel, stride, padding, dilation = [1, 1], shape }) {
  const [, high, wide] = shape;
  const reach = (axis, count) => (count - 1) * stride[axis] + (kernel[axis] - 1) * dilation[axis] + 1;
  return { kernel, stride, padding, dilation, high, wide, reach: [reach(0, high), reach(1, wide)] };
}

/** One channel of `codes`, less `zero`, in a frame of `outside`: {values, width}. */
export function framed(codes, channel, [, high, wide], geometry, zero, outside) {
  const [top, left] = geometry.padding;
  const tall = Math.max(top + high, geometry.reach[0]);
  const width = Math.max(left + wide, geometry.reach[1]);
  const values = new Int32Array(tall * width).fill(outside);
  for (let y = 0; y < high; y += 1) {
    const from = (channel * high + y) * wide;
    for (let x = 0; x < wide; x += 1) values[(top + y) * width + left + x] = codes[from + x] - zero;
  }
  return { values, width };
}

/** Calls take(output, place in the frame) for each window, of whose points `row`, `column` is looked at. */
export function walk({ stride, dilation, high, wide }, width, row, column, take) {
  for (let y = 0, output = 0; y < high; y += 1) {
    let place = (y * stride[0] + row * dilation[0]) * width + column * dilation[1];
    for (let x = 0; x < wide; x += 1, output += 1, place += stride[1]) take(output, place);
  }
}
