import type { StatementResult } from './statements.ts'

const namedWrite = /^(?:insert (?:or [a-z]+ )?into|update|delete from) "([^"]+)"/
/** A read of one table, with neither joins nor queries within it. */
const plainRead =
  /^select (?:(?! from | join |select ).)+ from "([^"]+)"(?: where (?!.*(?: from | join |select )).*)?$/s
const statementsMax = 1000

/** When the rows of each table changed last, as far as that can be told from the statements that were run. */
export class Changes {
  readonly #byTable = new Map<string, number>()
  readonly #tableOf = new Map<string, string | undefined>()
  readonly #tableReadBy = new Map<string, string | undefined>()
  #all = 0
  #everything = 0
  /** What else a change of a table changes: by triggers, and by foreign keys that cascade. */
  #effects: ReadonlyMap<string, ReadonlySet<string>> | undefined

  /** Greater whenever one of these tables may have changed; of all tables when none is named. */
  generation(tables?: readonly string[]): number {
    if (!tables) return this.#all
    let latest = this.#everything
    for (const table of tables) latest = Math.max(latest, this.#byTable.get(table) ?? 0)
    return latest
  }

  /** The table that a statement writes to by its text: undefined for one that only reads, `*` where it cannot be told. */
  tableOf(sql: string): string | undefined {
    if (this.#tableOf.has(sql)) return this.#tableOf.get(sql)
    const table = sql.startsWith('select ') ? undefined : (namedWrite.exec(sql)?.[1] ?? '*')
    return keep(this.#tableOf, sql, table)
  }

  /** The one table that a statement reads; undefined where it may read others. */
  tableReadBy(sql: string): string | undefined {
    if (this.#tableReadBy.has(sql)) return this.#tableReadBy.get(sql)
    return keep(this.#tableReadBy, sql, plainRead.exec(sql)?.[1])
  }

  /** Whether writes to some tables may have changed one. */
  reaches(written: ReadonlySet<string>, table: string): boolean {
    if (written.size === 0) return false
    if (!this.#effects || written.has('*') || written.has(table)) return true
    for (const each of written) if (this.#effects.get(each)?.has(table)) return true
    return false
  }

  /** To be called before the commit may be seen, and again when it has been made. */
  note(tables: Iterable<string>): void {
    this.#all += 1
    for (const table of tables) {
      if (table === '*' || !this.#effects) this.#everything = this.#all
      else {
        this.#byTable.set(table, this.#all)
        for (const other of this.#effects.get(table) ?? []) this.#byTable.set(other, this.#all)
      }
    }
  }

  /** Takes notice of the schema, which does not change any more. Until then every change is one of everything. */
  learn(read: (sql: string) => StatementResult): void {
    const effects = new Map<string, Set<string>>()
    const add = (table: string, other: string) => {
      effects.set(table, (effects.get(table) ?? new Set()).add(other))
    }
    const triggers = read(`select tbl_name, sql from sqlite_master where type = 'trigger'`).rows
    for (const { tbl_name: table, sql } of triggers as { tbl_name: string; sql: string }[]) {
      const body = sql.slice(sql.search(/\bbegin\b/i))
      for (const [, other] of body.matchAll(/\b(?:into|update|from)\s+"?(\w+)"?/gi)) {
        add(table, other!)
      }
    }
    const keys = read(
      `select f."table" as parent, m.name as child from sqlite_master as m join pragma_foreign_key_list(m.name) as f
       where m.type = 'table' and (f.on_delete not in ('NO ACTION', 'RESTRICT') or f.on_update not in ('NO ACTION', 'RESTRICT'))`,
    ).rows as { parent: string; child: string }[]
    for (const { parent, child } of keys) add(parent, child)
    // What is changed so may have triggers of its own.
    for (const others of effects.values()) {
      for (const other of others) for (const next of effects.get(other) ?? []) others.add(next)
    }
    this.#effects = effects
  }
}

function keep(
  tables: Map<string, string | undefined>,
  sql: string,
  table: string | undefined,
): string | undefined {
  if (tables.size >= statementsMax) tables.clear()
  tables.set(sql, table)
  return table
}
