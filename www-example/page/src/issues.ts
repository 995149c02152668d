// What is wrong or doubtful, said beside the field it concerns; the rest near the button.

import type { Issue } from "qonto-payment-links";
import { asProse, find } from "./dom.ts";
import { controlAt } from "./form.ts";
import { wordsForIssue } from "./words.ts";

const others = find("#other-issues");
const attention = find("#attention");

/** Shows the issues of all fields but fresh ones, in place of those shown before. */
export function showIssues(issues: readonly Issue[]): void {
  for (const list of document.querySelectorAll(".issues")) list.replaceChildren();
  for (const control of document.querySelectorAll("[aria-describedby], [data-severity]")) {
    control.removeAttribute("aria-describedby");
    control.removeAttribute("aria-invalid");
    control.removeAttribute("data-severity");
  }

  const wrong = new Set<HTMLElement>();
  for (const issue of issues) {
    const control = controlAt(issue.path);
    if (control?.hasAttribute("data-fresh")) continue;
    if (control && issue.severity === "error") wrong.add(control);
    showIssue(issue, control);
  }
  showAttention([...wrong]);
}

function showIssue(issue: Issue, control: HTMLElement | null): void {
  const list = control ? find(".issues", control.closest("[data-group]") ?? document) : others;
  const entry = document.createElement("li");
  entry.className = issue.severity;
  entry.dataset.code = issue.code;
  const severity = document.createElement("strong");
  severity.textContent = issue.severity === "error" ? "Error" : "Warning";
  entry.append(severity, ` ${subject(issue, control)}`, ...asProse(wordsForIssue(issue)));
  list.append(entry);
  if (!control) return;

  entry.id = `${control.id}-issue-${list.children.length}`;
  const described = control.getAttribute("aria-describedby");
  control.setAttribute("aria-describedby", described ? `${described} ${entry.id}` : entry.id);
  if (control.dataset.severity !== "error") control.dataset.severity = issue.severity;
  if (issue.severity === "error" && !(control instanceof HTMLFieldSetElement)) {
    control.setAttribute("aria-invalid", "true");
  }
}

/** What the message is about, where its place does not say so. */
function subject(issue: Issue, control: HTMLElement | null): string {
  if (control instanceof HTMLInputElement) {
    const label = control.labels?.[0]?.firstElementChild?.firstChild;
    return `${label?.textContent?.trim()}: `;
  }
  return issue.path[0] === "items" && typeof issue.path[1] === "number" ? `Item ${issue.path[1] + 1}: ` : "";
}

/** How many fields need a second look, with a way to the first: it may be off the screen. */
function showAttention([first, ...rest]: HTMLElement[]): void {
  attention.hidden = !first;
  if (!first) return;
  const link = find<HTMLAnchorElement>("a", attention);
  link.href = `#${first.id}`;
  link.textContent = rest.length ? `${rest.length + 1} fields need a correction` : "One field needs a correction";
}
