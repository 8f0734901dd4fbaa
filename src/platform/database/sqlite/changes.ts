import { BoundedCache } from '#kit'
import { keyPlaces, slotOf, slotsPerTable, type KeyPlaces } from './row-keys.ts'
import type { StatementResult } from './statements.ts'
import type { SqlValue } from './wire.ts'

const namedWrite = /^(?:insert (?:or [a-z]+ )?into|update|delete from) "([^"]+)"/
/** A read of one table, with neither joins nor queries within it. */
const plainRead =
  /^select (?:(?! from | join |select ).)+ from "([^"]+)"(?: where (?!.*(?: from | join |select )).*)?$/s
const statementBounds = { countMax: 1000, lengthMax: 1024 * 1024 }

/** What some statements have written to: tables, and of each the slots of its keys, or `all` where that cannot be told. */
export type Touched = Map<string, Set<number> | 'all'>

/** What a read asks: one table, and of it one slot of keys, or all. */
export interface Asked {
  readonly table: string
  readonly slot: number | undefined
}

interface Known {
  /** Of a write `*` where it cannot be told; undefined of what only reads. */
  readonly table: string | undefined
  readonly places: KeyPlaces | undefined
}

/** When the rows of each table changed last, as far as that can be told from the statements that were run. */
export class Changes {
  readonly #byTable = new Map<string, number>()
  /** By table: when it changed as a whole, or in a way that cannot be told apart. */
  readonly #wholes = new Map<string, number>()
  /** Of the tables whose keys somebody tells apart. */
  readonly #slots = new Map<string, Float64Array>()
  readonly #writes = new BoundedCache<string, Known>(statementBounds)
  readonly #reads = new BoundedCache<string, Known>(statementBounds)
  #all = 0
  #everything = 0
  /** What the commit that is being made has written to. */
  #underWay: Touched | undefined
  /** What else a change of a table changes: by triggers, and by foreign keys that cascade. */
  #effects: ReadonlyMap<string, ReadonlySet<string>> | undefined
  /** The first two columns of the primary key, of tables that have as many. */
  #keys: ReadonlyMap<string, readonly [string, string]> = new Map()

  /**
   * Greater whenever one of these tables may have changed; of all tables when none is named. NaN, which equals nothing, while a commit that changes
   * them is being made: it may be seen already, so that what was read before and what is read now do not go together.
   */
  generation(tables?: readonly string[]): number {
    const underWay = this.#underWay
    if (underWay && this.#changesAny(underWay, tables)) return Number.NaN
    if (!tables) return this.#all
    let latest = this.#everything
    for (const table of tables) latest = Math.max(latest, this.#byTable.get(table) ?? 0)
    return latest
  }

  /** Greater whenever rows of this table may have changed whose primary key begins so. */
  generationOf(table: string, key: readonly [string, string]): number {
    return this.generationAsked({ table, slot: slotOf(...key) })
  }

  generationAsked({ table, slot }: Asked): number {
    if (this.#underWay && this.reaches(this.#underWay, { table, slot })) return Number.NaN
    if (slot === undefined || !this.#keys.has(table)) return this.generation([table])
    let slots = this.#slots.get(table)
    if (!slots) {
      slots = new Float64Array(slotsPerTable).fill(this.#all)
      this.#slots.set(table, slots)
    }
    return Math.max(this.#everything, this.#wholes.get(table) ?? 0, slots[slot]!)
  }

  /** Adds what a statement writes to. */
  touch(touched: Touched, sql: string, parameters: readonly SqlValue[]): void {
    const { table, places } = this.#writeOf(sql)
    if (table === undefined) return
    const known = touched.get(table)
    if (known === 'all') return
    const slot = this.#slots.has(table) ? slotAt(places, parameters) : undefined
    if (slot === undefined) touched.set(table, 'all')
    else if (known) known.add(slot)
    else touched.set(table, new Set([slot]))
  }

  /** What a statement reads, where that is one table. */
  askedBy(sql: string, parameters: readonly SqlValue[]): Asked | undefined {
    const { table, places } = this.#readOf(sql)
    return table === undefined ? undefined : { table, slot: slotAt(places, parameters) }
  }

  /** Whether what was written to may have changed what is asked. */
  reaches(written: Touched, { table, slot }: Asked): boolean {
    if (written.size === 0) return false
    if (!this.#effects || written.has('*')) return true
    const own = written.get(table)
    if (own === 'all' || (own && (slot === undefined || own.has(slot)))) return true
    for (const each of written.keys()) if (this.#effects.get(each)?.has(table)) return true
    return false
  }

  #changesAny(touched: Touched, tables: readonly string[] | undefined): boolean {
    if (!tables) return touched.size > 0
    return tables.some((table) => this.reaches(touched, { table, slot: undefined }))
  }

  /** To be called before the commit may be seen; `end` when it has been made, or has failed. */
  begin(touched: Touched): void {
    this.#underWay = touched
  }

  /** See `begin`. */
  end(touched: Touched): void {
    this.#underWay = undefined
    this.#all += 1
    for (const [table, slots] of touched) {
      if (table === '*' || !this.#effects) {
        this.#everything = this.#all
        continue
      }
      this.#byTable.set(table, this.#all)
      if (slots === 'all') this.#wholes.set(table, this.#all)
      else for (const slot of slots) this.#slots.get(table)![slot] = this.#all
      for (const other of this.#effects.get(table) ?? []) {
        this.#byTable.set(other, this.#all)
        this.#wholes.set(other, this.#all)
      }
    }
  }

  /** Takes notice of the schema, which does not change any more. Until then every change is one of everything. */
  learn(read: (sql: string) => StatementResult): void {
    this.#keys = readKeys(read)
    this.#effects = readEffects(read)
    this.#writes.clear()
    this.#reads.clear()
  }

  #writeOf(sql: string): Known {
    return this.#known(this.#writes, sql, () =>
      sql.startsWith('select ') ? undefined : (namedWrite.exec(sql)?.[1] ?? '*'),
    )
  }

  #readOf(sql: string): Known {
    return this.#known(this.#reads, sql, () => plainRead.exec(sql)?.[1])
  }

  #known(by: BoundedCache<string, Known>, sql: string, tableOf: () => string | undefined): Known {
    const found = by.get(sql)
    if (found) return found
    const table = tableOf()
    const columns = table === undefined ? undefined : this.#keys.get(table)
    const known = { table, places: columns && keyPlaces(sql, columns) }
    by.set(sql, known, sql.length)
    return known
  }
}

function slotAt(
  places: KeyPlaces | undefined,
  parameters: readonly SqlValue[],
): number | undefined {
  return places && slotOf(parameters[places[0]], parameters[places[1]])
}

function readKeys(read: (sql: string) => StatementResult): Map<string, readonly [string, string]> {
  const rows = read(
    `select m.name as name, c.name as column from sqlite_master as m join pragma_table_info(m.name) as c
     where m.type = 'table' and c.pk in (1, 2) order by m.name, c.pk`,
  ).rows as { name: string; column: string }[]
  const keys = new Map<string, readonly [string, string]>()
  for (const [name, columns] of Map.groupBy(rows, (row) => row.name)) {
    const [first, second] = columns
    if (first && second) keys.set(name, [first.column, second.column])
  }
  return keys
}

function readEffects(read: (sql: string) => StatementResult): Map<string, Set<string>> {
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
  return effects
}
