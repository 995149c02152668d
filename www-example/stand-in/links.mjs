// The links that were created, in SQLite. Nothing else in the stand-in keeps state on disk.
import { DatabaseSync } from "node:sqlite";

/** How long an idempotency key replays the first successful answer. */
const REPLAY_MS = 30 * 60 * 1000;

const ORDER = {
  "amount:asc": "CAST(amount AS REAL) ASC, number ASC",
  "amount:desc": "CAST(amount AS REAL) DESC, number DESC",
  "expiration_date:asc": "expiration_date ASC, number ASC",
  "expiration_date:desc": "expiration_date DESC, number DESC",
};
const NEWEST_FIRST = "number DESC";

const SCHEMA = `
  CREATE TABLE IF NOT EXISTS payment_links (
    number INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    status TEXT NOT NULL,
    amount TEXT NOT NULL,
    expiration_date TEXT NOT NULL,
    created_ms INTEGER NOT NULL,
    idempotency_key TEXT,
    request TEXT NOT NULL,
    answer TEXT NOT NULL
  );
  CREATE TABLE IF NOT EXISTS payments (
    number INTEGER PRIMARY KEY,
    link TEXT NOT NULL,
    answer TEXT NOT NULL
  );
  CREATE INDEX IF NOT EXISTS payment_links_by_key
    ON payment_links (idempotency_key, created_ms);
`;

/** @typedef {Record<string, any>} PaymentLink as an answer shows it */

export class LinkStore {
  #db;

  /** @param {string} path a file, or ":memory:" */
  constructor(path) {
    try {
      this.#db = new DatabaseSync(path);
      this.#db.exec(SCHEMA);
    } catch (error) {
      throw new Error(`database ${path} cannot be used: ${error.message}`, { cause: error });
    }
  }

  /**
   * @param {PaymentLink} link
   * @param {{ request: object, idempotencyKey?: string, createdMs: number }} origin
   */
  add(link, { request, idempotencyKey, createdMs }) {
    this.#db.prepare(`
      INSERT INTO payment_links
        (id, status, amount, expiration_date, created_ms, idempotency_key, request, answer)
      VALUES (?, ?, ?, ?, ?, ?, ?, ?)
    `).run(
      link.id, link.status, link.amount.value, link.expiration_date, createdMs,
      idempotencyKey ?? null, JSON.stringify(request), JSON.stringify(link),
    );
  }

  /**
   * The link as it was first answered for this key, unless the key is too old.
   * @param {string} idempotencyKey
   * @param {number} nowMs
   * @returns {PaymentLink | undefined}
   */
  firstAnswer(idempotencyKey, nowMs) {
    const row = this.#db.prepare(`
      SELECT answer FROM payment_links
      WHERE idempotency_key = ? AND created_ms > ? ORDER BY number LIMIT 1
    `).get(idempotencyKey, nowMs - REPLAY_MS);
    return row && JSON.parse(String(row.answer));
  }

  /** @param {string} id @returns {PaymentLink | undefined} */
  get(id) {
    const row = this.#db.prepare("SELECT status, answer FROM payment_links WHERE id = ?").get(id);
    return row && asLink(row);
  }

  /** What the link was created from. @param {string} id @returns {Record<string, any> | undefined} */
  request(id) {
    const row = this.#db.prepare("SELECT request FROM payment_links WHERE id = ?").get(id);
    return row && JSON.parse(String(row.request));
  }

  /** An open link becomes canceled, any other stays what it is. @param {string} id */
  deactivate(id) {
    this.#db.prepare(
      "UPDATE payment_links SET status = 'canceled' WHERE id = ? AND status = 'open'",
    ).run(id);
  }

  /** Somebody pays the link. @param {string} id @param {Record<string, any>} payment */
  pay(id, payment) {
    this.#db.prepare("UPDATE payment_links SET status = 'paid' WHERE id = ?").run(id);
    this.#db.prepare("INSERT INTO payments (link, answer) VALUES (?, ?)").run(id, JSON.stringify(payment));
  }

  /** @param {string} id @param {string} [sortBy] newest first, unless said otherwise */
  payments(id, sortBy) {
    const order = sortBy === "creation_date:asc" ? "ASC" : "DESC";
    const rows = this.#db.prepare(`SELECT answer FROM payments WHERE link = ? ORDER BY number ${order}`).all(id);
    return rows.map(({ answer }) => JSON.parse(String(answer)));
  }

  /**
   * @param {{ page: number, perPage: number, statuses?: string[], sortBy?: keyof typeof ORDER }} query
   * @returns {{ links: PaymentLink[], total: number }}
   */
  page({ page, perPage, statuses, sortBy }) {
    const wanted = statuses ? JSON.stringify(statuses) : null;
    const where = "$wanted IS NULL OR status IN (SELECT value FROM json_each($wanted))";
    const order = sortBy ? ORDER[sortBy] : NEWEST_FIRST;
    const rows = this.#db.prepare(
      `SELECT status, answer FROM payment_links WHERE ${where}
       ORDER BY ${order} LIMIT $perPage OFFSET $skipped`,
    ).all({ wanted, perPage, skipped: (page - 1) * perPage });
    const { total } = this.#db.prepare(
      `SELECT count(*) AS total FROM payment_links WHERE ${where}`,
    ).get({ wanted });
    return { links: rows.map(asLink), total: Number(total) };
  }

  close() {
    this.#db.close();
  }
}

/** The first answer with the status of today. @param {Record<string, any>} row */
function asLink(row) {
  return { ...JSON.parse(row.answer), status: row.status };
}
