/** The element the page surely has: its HTML and its scripts are written together. */
export function find<E extends Element = HTMLElement>(selector: string, root: ParentNode = document): E {
  const element = root.querySelector<E>(selector);
  if (!element) throw new Error(`the page has no ${selector}`);
  return element;
}

/** A copy of the element that a `<template>` holds. */
export function copyOf(template: string): HTMLElement {
  return find("*", find<HTMLTemplateElement>(template).content).cloneNode(true) as HTMLElement;
}

/** A text with what it quotes in backticks set apart. */
export function asProse(text: string): (string | HTMLElement)[] {
  return text.split("`").map((part, index) => {
    if (index % 2 === 0) return part;
    const code = document.createElement("code");
    code.textContent = part;
    return code;
  });
}
