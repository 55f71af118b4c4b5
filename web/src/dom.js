// Elements without markup: text goes through textContent, so no figure can smuggle in a tag.

export function h(name, properties = {}, ...children) {
  const node = document.createElement(name);
  for (const key in properties) {
    const value = properties[key];
    if (value === null || value === undefined || value === false) continue;
    if (key.startsWith("on")) node.addEventListener(key.slice(2), value);
    else if (key in node && key !== "list" && key !== "form") node[key] = value;
    else node.setAttribute(key, value === true ? "" : value);
  }
  node.append(...children.flat().filter((child) => child !== null && child !== undefined && child !== false));
  return node;
}

let count = 0;
export const identifier = (name) => `sqz-${name}-${++count}`;

export function setText(node, text) {
  if (node.textContent !== text) node.textContent = text;
}

// Screen readers hear the state a reader settled on, not every step on the way.
export function announcer(node, wait = 500) {
  let timer;
  return (text) => {
    clearTimeout(timer);
    timer = setTimeout(() => setText(node, text), wait);
  };
}
