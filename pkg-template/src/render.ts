// Makes a message from its template: the same grammar in every language, that of `Spec::message` in
// src/issue.rs. `{name}` is a parameter, and a part in square brackets stands only when its parameters
// are there; a list is written `a`, `b`.

type Params = Readonly<Record<string, string | number | readonly string[] | undefined>>;

/** A part that stands as a whole or not at all: a text, then names with the text that follows each. */
type Part = readonly [text: string, ...namesAndTexts: string[]];

const compiled = /* @__PURE__ */ new Map<string, Part[]>();

export function render(template: string, params: Params): string {
  let parts = compiled.get(template);
  if (parts === undefined) compiled.set(template, (parts = compile(template)));
  let message = "";
  for (const part of parts) message += fill(part, params);
  return message;
}

function fill(part: Part, params: Params): string {
  let out = part[0];
  for (let i = 1; i < part.length; i += 2) {
    const value = params[part[i]!];
    if (value === undefined) return "";
    out += typeof value === "object" ? `\`${value.join("`, `")}\`` : value;
    out += part[i + 1];
  }
  return out;
}

/** Each template is taken apart once: a basket of some size has a hundred issues. */
function compile(template: string): Part[] {
  return template.split(/[[\]]/).map((part) => part.split(/[{}]/) as unknown as Part);
}
