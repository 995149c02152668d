// The page as its user meets it: the built one, served by the Worker in the real runtime.

import { test as base, expect } from "@playwright/test";
import { startShop, TOKEN } from "./shop.mjs";

const test = base.extend({
  shop: [
    async ({}, use) => {
      const shop = await startShop();
      await use(shop);
      await shop.stop();
    },
    { scope: "worker", timeout: 90_000 },
  ],

  /** Whatever a test does: no error in the console, no policy violated, no request elsewhere, no token. */
  watched: [
    async ({ page, shop }, use) => {
      await shop.reset();
      const complaints = [];
      const answers = [];
      page.on("pageerror", (error) => complaints.push(error.message));
      page.on("console", (message) => {
        // The browser logs every answer that is no 2xx; the page shows those in words.
        const isStatus = message.text().startsWith("Failed to load resource");
        if (["error", "warning"].includes(message.type()) && !isStatus) complaints.push(message.text());
      });
      page.on("request", (request) => {
        const { origin } = new URL(request.url());
        if (origin !== shop.url) complaints.push(`request to ${origin}`);
        expect(request.url() + request.postData() + JSON.stringify(request.headers())).not.toContain(TOKEN);
        expect(request.headers()).not.toHaveProperty("authorization");
      });
      page.on("response", (response) => {
        expect(JSON.stringify(response.headers())).not.toContain(TOKEN);
        answers.push(response.text().catch(() => ""));
      });
      await page.addInitScript(() => {
        addEventListener("securitypolicyviolation", (event) => console.error(`policy: ${event.violatedDirective}`));
      });

      await page.goto(shop.url);
      await expect(page.locator("#gross")).toHaveText("€142.78");
      await use();

      expect(complaints).toEqual([]);
      const held = await page.evaluate(() =>
        [document.documentElement.outerHTML, JSON.stringify(localStorage), JSON.stringify(sessionStorage), document.cookie].join(),
      );
      expect(held + (await Promise.all(answers)).join()).not.toContain(TOKEN);
    },
    { auto: true },
  ],
});

const row = (page, number) => page.getByRole("group", { name: `Item ${number}`, exact: true });
const issuesOf = (page, number) => page.locator(".item").nth(number - 1).locator(".issues li");
const gross = (page) => page.locator("#gross");
const create = (page) => page.getByRole("button", { name: "Create payment link" });
const outcome = (page) => page.locator("#outcome");

/** The text of the elements that describe a control. */
const description = (control) =>
  control.evaluate((element) =>
    (element.getAttribute("aria-describedby") ?? "").split(" ").map((id) => document.getElementById(id)?.textContent).join(" "),
  );

test.describe("a line's total with VAT", () => {
  test("gives the unit price that comes to it", async ({ page }) => {
    await row(page, 2).locator("..").getByText("Details").click();
    await row(page, 2).locator("..").getByLabel("Unit price from a line").fill("57.98");
    await expect(row(page, 2).getByLabel("Unit price")).toHaveValue("12.08");
    await expect(row(page, 2).locator(".line .figure")).toHaveText("€57.98");
  });

  test("that no price comes to offers the two nearest", async ({ page }) => {
    const item = row(page, 2).locator("..");
    await item.getByText("Details").click();
    const total = item.getByLabel("Unit price from a line");
    await total.fill("58.00");
    await expect(item.locator(".nearest")).toHaveText(/No price comes to €58.00/);
    await expect(row(page, 2).getByLabel("Unit price")).toHaveValue("14.50");
    await item.getByRole("button", { name: "€58.03" }).click();
    await expect(row(page, 2).getByLabel("Unit price")).toHaveValue("12.09");
    await expect(row(page, 2).locator(".line .figure")).toHaveText("€58.03");
    await total.fill("58,00");
    await expect(item.locator(".nearest")).toHaveText(/No price yet: .*58\.00/);
    await row(page, 2).getByLabel("Quantity").fill("3");
    await expect(item.locator(".nearest")).toBeEmpty();
    await expect(total).toHaveValue("");
  });
});

test.describe("the total", () => {
  test("follows each keystroke of a price", async ({ page }) => {
    const price = row(page, 1).getByLabel("Unit price");
    await price.fill("");
    await expect(gross(page)).toHaveText("–");
    const expected = [["1", "€106.91"], ["10", "€125.90"], ["10.", "–"], ["10.9", "€127.80"], ["10.99", "€127.99"]];
    for (const [typed, total] of expected) {
      await price.press(typed.at(-1));
      await expect(price).toHaveValue(typed);
      expect(await gross(page).textContent()).toBe(total);
    }
  });

  test("shows net, the VAT of each rate, and each line", async ({ page }) => {
    await expect(page.locator("#net")).toHaveText("€126.00");
    await expect(page.locator("#rates tr")).toHaveText([
      /VAT 20% of €58.00\s*€11.60/, /VAT 10% of €32.00\s*€3.20/, /VAT 5.5% of €36.00\s*€1.98/,
    ]);
    await expect(page.locator(".line .figure")).toHaveText(["€37.98", "€69.60", "€35.20"]);
  });

  test("is exact where a float is not", async ({ page }) => {
    await row(page, 1).getByLabel("Quantity").fill("1");
    await row(page, 1).getByLabel("Unit price").fill("90071992547409.93");
    await row(page, 1).getByLabel("VAT").first().fill("0");
    await expect(page.locator(".line .figure").first()).toHaveText("€90,071,992,547,409.93");
  });

  test("follows rows that come and go", async ({ page }) => {
    await page.getByRole("button", { name: "Remove item 2" }).click();
    await expect(gross(page)).toHaveText("€73.18");
    await expect(page.locator(".item")).toHaveCount(2);
    await page.getByRole("button", { name: "Add an item" }).click();
    await expect(gross(page)).toHaveText("–");
    await expect(page.locator(".line .figure")).toHaveText(["€37.98", "€35.20", "–"]);
    await expect(row(page, 3).getByLabel("Item", { exact: true })).toBeFocused();
    await row(page, 3).getByLabel("Item", { exact: true }).fill("Filter papers");
    await row(page, 3).getByLabel("Unit price").fill("5");
    await row(page, 3).getByLabel("Usual VAT rates").selectOption("21");
    await expect(gross(page)).toHaveText("€79.23");
  });

  test("follows the rounding rule, whose difference is told", async ({ page }) => {
    for (const number of [3, 2]) await page.getByRole("button", { name: `Remove item ${number}` }).click();
    await row(page, 1).getByLabel("Quantity").fill("3");
    await row(page, 1).getByLabel("Unit price").fill("0.33");
    await row(page, 1).getByLabel("VAT").first().fill("20");
    await expect(gross(page)).toHaveText("€1.19");
    await page.locator("#rounding summary").click();
    await page.getByRole("radio", { name: "per unit" }).check();
    await expect(gross(page)).toHaveText("€1.20");
    await expect(page.locator("#rounding .figure")).toHaveText(["€1.19", "€1.19", "€1.19", "€1.20"]);
    await expect(page.locator("#other-issues .warning")).toContainText("€1.19 or €1.20");
  });

  test("is announced once the typing rests", async ({ page }) => {
    await row(page, 2).getByLabel("Quantity").fill("5");
    await expect(page.locator("#announcement[aria-live=polite]")).toHaveText("Total €160.18, VAT included");
  });
});

test.describe("an issue", () => {
  test("stands beside its field, and goes when it is corrected", async ({ page }) => {
    const price = row(page, 1).getByLabel("Unit price");
    await price.fill("18,00");
    await expect(price).toHaveAttribute("aria-invalid", "true");
    await expect(issuesOf(page, 1)).toHaveClass("error");
    expect(await description(price)).toContain("18,00");
    await expect(page.getByRole("link", { name: "One field needs a correction" })).toBeVisible();
    await price.fill("18.00");
    await expect(price).not.toHaveAttribute("aria-invalid");
    await expect(price).not.toHaveAttribute("aria-describedby");
    await expect(issuesOf(page, 1)).toHaveCount(0);
  });

  test("that is a warning looks different and does not make the field invalid", async ({ page }) => {
    const rate = row(page, 2).getByLabel("VAT").first();
    await rate.fill("0.2");
    await expect(issuesOf(page, 2)).toHaveClass("warning");
    await expect(issuesOf(page, 2)).toContainText("Warning");
    await expect(rate).not.toHaveAttribute("aria-invalid");
    expect(await description(rate)).toContain("20");
    const warning = await issuesOf(page, 2).evaluate((entry) => getComputedStyle(entry).color);
    await rate.fill("x");
    const error = await issuesOf(page, 2).first().evaluate((entry) => getComputedStyle(entry).color);
    expect(warning).not.toBe(error);
  });

  test("of each field is found by the field", async ({ page }) => {
    await row(page, 1).getByLabel("Item", { exact: true }).fill(" ");
    await row(page, 2).getByLabel("Quantity").fill("0");
    await row(page, 3).getByLabel("Quantity").fill("");
    await page.getByLabel("Return address").fill("shop.example");
    for (const method of ["Credit card", "Apple Pay"]) await page.getByLabel(method).uncheck();
    const invalid = page.locator("[aria-invalid=true]");
    await expect(invalid).toHaveCount(4);
    for (const control of await invalid.all()) expect(await description(control)).toContain("Error");
    expect(await description(page.getByRole("group", { name: "The customer may pay with" }))).toContain("Error");
    await expect(page.getByRole("link", { name: "5 fields need a correction" })).toBeVisible();
    await create(page).click();
    await expect(row(page, 1).getByLabel("Item", { exact: true })).toBeFocused();
  });

  test("of a new row waits until somebody typed there, or wants the link", async ({ page, shop }) => {
    await page.getByRole("button", { name: "Add an item" }).click();
    await expect(issuesOf(page, 4)).toHaveCount(0);
    await create(page).click();
    await expect(row(page, 4).getByLabel("Item", { exact: true })).toBeFocused();
    await expect(issuesOf(page, 4)).toHaveCount(2);
    expect(await shop.requests()).toEqual([]);
  });

  test("without a field is told near the button", async ({ page, shop }) => {
    for (const number of [3, 2, 1]) await page.getByRole("button", { name: `Remove item ${number}` }).click();
    await expect(page.locator("#other-issues .error")).toHaveCount(1);
    await create(page).click();
    await expect(outcome(page)).toBeEmpty();
    expect(await shop.requests()).toEqual([]);
  });
});

test.describe("a link", () => {
  test("is shown with its amount, its address and a QR code", async ({ page, context, shop }) => {
    await context.grantPermissions(["clipboard-read", "clipboard-write"], { origin: shop.url });
    await create(page).click();
    await expect(page.getByRole("heading", { name: "Payment link ready" })).toBeVisible();
    await expect(outcome(page).locator(".amount")).toHaveText("€142.78");
    const [link] = await shop.links();
    await expect(page.getByLabel("Payment link", { exact: true })).toHaveValue(link.url);
    await expect(page.getByRole("link", { name: "Open link" })).toHaveAttribute("href", link.url);
    await expect(page.getByRole("img", { name: "QR code of the payment link" })).toBeVisible();
    await page.getByRole("button", { name: "Copy link" }).click();
    await expect(page.getByRole("button", { name: "Copied" })).toBeVisible();
    expect(await page.evaluate(() => navigator.clipboard.readText())).toBe(link.url);
  });

  test("has a QR code that says its address", async ({ page, shop }) => {
    await create(page).click();
    await expect(outcome(page).locator(".qr svg")).toBeVisible();
    const { encode } = await import("uqr");
    const { size, data } = encode((await shop.links())[0].url, { ecc: "M", border: 4 });
    const dark = data.flat().filter(Boolean).length;
    await expect(outcome(page).locator(".qr svg")).toHaveAttribute("viewBox", `0 0 ${size} ${size}`);
    expect((await outcome(page).locator(".qr path").getAttribute("d")).split("z").length - 1).toBe(dark);
  });

  test("is asked for with what was typed", async ({ page, shop }) => {
    await page.locator(".more summary").first().click();
    await page.getByLabel("Description").first().fill("From Ethiopia");
    await page.getByLabel("Measure unit").first().selectOption("kilogram");
    await page.getByLabel("Type").first().selectOption("good");
    await page.getByLabel("Reusable").check();
    await page.getByLabel("iDEAL").check();
    await page.getByLabel("Return address").fill("https://shop.example/thanks");
    await create(page).click();
    await expect(outcome(page).locator(".amount")).toHaveText("€142.78");
    const [{ body }] = await shop.requests();
    const { payment_link: sent } = JSON.parse(body);
    expect(sent.items[0]).toEqual({
      title: "Espresso beans, 1 kg",
      quantity: 2,
      unit_price: { value: "18.00", currency: "EUR" },
      vat_rate: "5.5",
      type: "good",
      measure_unit: "kilogram",
      description: "From Ethiopia",
    });
    expect(sent.items).toHaveLength(3);
    expect(sent.potential_payment_methods).toEqual(["credit_card", "apple_pay", "ideal"]);
    expect(sent.reusable).toBe(true);
    expect(sent.redirect_url).toBe("https://shop.example/thanks");
  });

  test("is one after a double click, be the answer fast or slow", async ({ page, shop }) => {
    const before = (await shop.links()).length;
    await create(page).dblclick();
    await expect(outcome(page).locator(".amount")).toBeVisible();
    expect((await shop.links()).length).toBe(before + 1);

    await row(page, 1).getByLabel("Quantity").fill("3");
    await shop.misbehave({ mode: "delay", ms: 600, times: 1 });
    await create(page).dblclick();
    const pending = page.getByRole("button", { name: "Creating the payment link" });
    await expect(pending).toHaveAttribute("aria-disabled", "true");
    await expect(page.locator("#progress")).toHaveText("Creating the payment link…");
    await pending.click({ force: true });
    await expect(outcome(page).locator(".amount")).toBeVisible();
    expect((await shop.links()).length).toBe(before + 2);
  });

  test("is told apart from a basket that has changed since", async ({ page, shop }) => {
    await create(page).click();
    await expect(outcome(page).locator(".amount")).toBeVisible();
    const stale = page.getByText("The basket has changed since this link was made.");
    await expect(create(page)).toBeHidden();
    await expect(stale).toBeHidden();
    await row(page, 1).getByLabel("Quantity").fill("1");
    await expect(stale).toBeVisible();
    await expect(create(page)).toBeVisible();
    await row(page, 1).getByLabel("Quantity").fill("2");
    await expect(stale).toBeHidden();
    await page.getByRole("button", { name: "Create another link" }).click();
    await create(page).click();
    await expect(outcome(page).locator(".amount")).toBeVisible();
    const keys = (await shop.requests()).map(({ headers }) => headers["x-qonto-idempotency-key"]);
    expect(new Set(keys).size).toBe(2);
  });

  test("is told apart from what was typed while it was made", async ({ page, shop }) => {
    await shop.misbehave({ mode: "delay", ms: 500, times: 1 });
    await create(page).click();
    await row(page, 1).getByLabel("Quantity").fill("1");
    await expect(outcome(page).locator(".amount")).toHaveText("€142.78");
    await expect(page.getByText("The basket has changed since this link was made.")).toBeVisible();
    await expect(create(page)).toBeVisible();
  });

  test("over another amount is shown with what to do", async ({ page, shop }) => {
    await shop.misbehave({ mode: "wrong_amount", value: "99.99", times: 1 });
    await create(page).click();
    await expect(page.getByRole("heading", { name: "Qonto computed another amount" })).toBeVisible();
    await expect(outcome(page).locator(".amount")).toHaveText("€99.99");
    await expect(outcome(page).locator(".note").first()).toContainText("142.78");
    await expect(outcome(page).locator(".note").first()).toContainText("cancel it in Qonto");
    await expect(page.getByLabel("Payment link", { exact: true })).toHaveValue(/^http/);
    await expect(page.getByRole("img", { name: "QR code of the payment link" })).toHaveCount(0);
  });

  test("rounded by another rule is shown with that difference", async ({ page, shop }) => {
    await row(page, 1).getByLabel("Unit price").fill("0.33");
    await row(page, 1).getByLabel("Quantity").fill("3");
    await row(page, 1).getByLabel("VAT").first().fill("20");
    await expect(gross(page)).toHaveText("€105.99");
    await shop.misbehave({ mode: "wrong_amount", rule: "unit", times: 1 });
    await create(page).click();
    await expect(outcome(page).locator(".amount")).toHaveText("€106.00");
    await expect(outcome(page).locator(".note").first()).toContainText("€105.99");
  });
});

test.describe("what goes wrong is told in words", () => {
  const cases = [
    [{ mode: "error_oauth" }, "Qonto did not accept the shop’s access", "renew"],
    [{ mode: "forbidden" }, "The shop may not create payment links", "payment_link.write"],
    [{ mode: "not_connected" }, "Payment links are not connected yet", "Connect the Qonto account"],
    [{ mode: "not_found" }, "Payment links are not available", "Activate it"],
    [{ mode: "error_documented", detail: "title is too odd" }, "Qonto refused this basket", "Qonto’s reason"],
    [{ mode: "rate_limited", retry_after: 1 }, "Too many requests for the moment", "Try again in one second"],
    [{ mode: "unavailable" }, "Qonto has a problem", "The link may exist all the same"],
    [{ mode: "html_200" }, "The answer could not be read", "The link may exist all the same"],
    [{ mode: "created_then_reset" }, "The connection failed", "The link may exist all the same"],
  ];
  for (const [behaviour, title, advice] of cases) {
    test(behaviour.mode, async ({ page, shop }) => {
      await shop.misbehave(behaviour);
      await create(page).click();
      await expect(page.getByRole("heading", { name: title })).toBeVisible();
      await expect(outcome(page)).toContainText(advice);
      await shop.reset();
      await page.getByRole("button", { name: "Try again" }).click();
      await expect(page.getByRole("heading", { name: "Payment link ready" })).toBeVisible();
    });
  }

  test("no connection to the Worker", async ({ page, context }) => {
    await context.setOffline(true);
    await create(page).click();
    await expect(page.getByRole("heading", { name: "The connection failed" })).toBeVisible();
    await context.setOffline(false);
  });

  test("and trying again after a lost answer makes no second link", async ({ page, shop }) => {
    const before = (await shop.links()).length;
    await shop.misbehave({ mode: "created_then_reset", times: 1 });
    await create(page).click();
    await expect(outcome(page)).toContainText("The link may exist all the same");
    await page.getByRole("button", { name: "Try again" }).click();
    await expect(outcome(page).locator(".amount")).toBeVisible();
    expect((await shop.links()).length).toBe(before + 1);
  });
});

test.describe("everywhere", () => {
  test("the keyboard alone is enough", async ({ page }) => {
    const press = async (key, times = 1) => {
      for (let time = 0; time < times; time += 1) await page.keyboard.press(key);
    };
    await press("Tab", 3);
    await expect(row(page, 1).getByLabel("Unit price")).toBeFocused();
    await press("ControlOrMeta+A");
    await page.keyboard.type("20");
    await expect(gross(page)).toHaveText("€147.00");
    // Enter in a field is no order.
    await press("Enter");
    await expect(outcome(page)).toBeEmpty();
    for (let presses = 0; presses < 60; presses += 1) {
      await press("Tab");
      if (await create(page).evaluate((button) => button === document.activeElement)) break;
    }
    await expect(create(page)).toBeFocused();
    expect(await create(page).evaluate((button) => getComputedStyle(button).outlineStyle)).toBe("solid");
    await press("Enter");
    await expect(page.getByRole("heading", { name: "Payment link ready" })).toBeVisible();
    await expect(outcome(page).locator("section")).toBeFocused();
    await press("Tab", 2);
    await expect(page.getByRole("button", { name: "Copy link" })).toBeFocused();
  });

  test("a reload keeps the basket, and starting over brings the first one back", async ({ page }) => {
    await row(page, 1).getByLabel("Quantity").fill("7");
    await page.getByLabel("PayPal").check();
    await page.reload();
    await expect(row(page, 1).getByLabel("Quantity")).toHaveValue("7");
    await expect(page.getByLabel("PayPal")).toBeChecked();
    await expect(gross(page)).toHaveText("€237.73");
    page.once("dialog", (dialog) => dialog.accept());
    await page.getByRole("button", { name: "Start over" }).click();
    await expect(gross(page)).toHaveText("€142.78");
  });

  test("a stored draft that is none does no harm", async ({ page }) => {
    await page.evaluate(() => localStorage.setItem("draft", '{"items":'));
    await page.reload();
    await expect(gross(page)).toHaveText("€142.78");
  });

  for (const colorScheme of ["light", "dark"]) {
    test(`390 pixels are wide enough, ${colorScheme}`, async ({ page }) => {
      await page.emulateMedia({ colorScheme });
      await page.setViewportSize({ width: 390, height: 844 });
      const overflow = () => page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
      expect(await overflow()).toBe(0);
      await expect(page.locator("#bar strong")).toHaveText("€142.78");
      await expect(page.locator("#bar")).toBeVisible();
      await row(page, 1).getByLabel("Unit price").fill("1".repeat(60));
      await row(page, 2).getByLabel("Item", { exact: true }).fill("long".repeat(60));
      await page.getByLabel("Return address").fill("x".repeat(200));
      expect(await overflow()).toBe(0);
      const small = await page
        .locator("button:visible, input:not([type=checkbox], [type=radio]):visible, .chips label, summary:visible")
        .evaluateAll((targets) => targets.filter((target) => target.getBoundingClientRect().height < 44).length);
      expect(small).toBe(0);
    });
  }

  test("on a small screen the total stays in sight until the receipt is", async ({ page }) => {
    await page.setViewportSize({ width: 390, height: 844 });
    await page.locator("#bar").click();
    await expect(page.locator("#receipt")).toBeInViewport();
    await expect(page.locator("#bar")).toBeHidden();
  });

  test("every control has a name", async ({ page }) => {
    await page.locator(".more summary").first().click();
    await page.locator("#rounding summary").click();
    const nameless = await page.locator("form").evaluate((form) =>
      [...form.querySelectorAll("input, select, textarea, button")].filter(
        (control) => !(control.labels?.length || control.ariaLabel || control.textContent.trim()),
      ).length,
    );
    expect(nameless).toBe(0);
    await expect(page.getByRole("textbox", { name: "VAT %" })).toHaveCount(3);
  });
});
