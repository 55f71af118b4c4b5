// Finding an item under the pointer, and the next one in the direction of an arrow key.

const middle = ({ x, y, width, height }) => [x + width / 2, y + height / 2];
const outside = (value, from, size) => Math.max(from - value, 0, value - from - size);

// A column is easier to hit than a bar two pixels high: across the main axis distance counts little.
export function nearest(items, x, y, horizontal, reach = 18) {
  let best = -1;
  let least = Infinity;
  items.forEach((item, index) => {
    const [along, across] = [outside(x, item.x, item.width), outside(y, item.y, item.height)];
    const [main, other] = horizontal ? [across, along] : [along, across];
    const distance = main + 0.2 * other;
    if (main <= reach && distance < least) [best, least] = [index, distance];
  });
  return best;
}

const DIRECTIONS = { ArrowRight: [1, 0], ArrowLeft: [-1, 0], ArrowDown: [0, 1], ArrowUp: [0, -1] };

export function neighbour(items, current, key, horizontal) {
  if (!items.length) return -1;
  if (key === "Home") return 0;
  if (key === "End") return items.length - 1;
  if (current < 0 || current >= items.length) return 0;
  const [dx, dy] = DIRECTIONS[key];
  const [cx, cy] = middle(items[current]);
  const alongMain = horizontal ? dy !== 0 : dx !== 0;
  let [best, least] = [current, Infinity];
  items.forEach((item, index) => {
    const [x, y] = middle(item);
    const ahead = (x - cx) * dx + (y - cy) * dy;
    const aside = Math.abs((x - cx) * dy) + Math.abs((y - cy) * dx);
    if (ahead < 0.5 || (!alongMain && aside > 1)) return;
    const distance = ahead + 0.05 * aside;
    if (distance < least) [best, least] = [index, distance];
  });
  return best;
}
