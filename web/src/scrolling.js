// A formula that scrolls sideways takes the focus, so that arrow keys move it; one that fits does not.

function look() {
  for (const box of document.querySelectorAll("mjx-container[display=true]")) {
    if (box.scrollWidth > box.clientWidth) box.tabIndex = 0;
    else box.removeAttribute("tabindex");
  }
}

/** Looks at the start, at each resize, and when a fold opens: what it hid had no width. The theme looks at a resize, too. */
export function letScroll() {
  for (const kind of ["load", "resize"]) addEventListener(kind, look);
  document.addEventListener("toggle", () => dispatchEvent(new Event("resize")), true);
}
