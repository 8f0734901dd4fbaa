import { type Position, sqlError } from '../errors.ts'
import type { Name, Query } from '../parse/ast.ts'
import type { Type } from '../types/type.ts'
import type { AnalyzedQuery } from './query-column.ts'
import type { TableLookup } from './scan.ts'
import type { ScopeColumn } from './typed.ts'

/** A relation in FROM as names see it. */
export interface ScopeRelation {
  /** What may qualify its columns, lower case, from the innermost: `['t']`, or `['t', 'db', 'awsdatacatalog']`. */
  readonly names: readonly string[]
  readonly columns: readonly ScopeColumn[]
}

/** Where a WITH query's name leads: analysed anew for each use, in the surroundings of its definition. */
export type Cte = DefinedCte | RecursionStep

/** Rows of a recursive query that the step before gave. */
export interface RecursionStep {
  readonly kind: 'step'
  readonly analyzed: AnalyzedQuery
}

export interface DefinedCte {
  readonly kind: 'defined'
  readonly name: Name
  /** True when the query may name itself. */
  readonly recursive: boolean
  readonly query: Query
  readonly columns: readonly Name[]
  readonly environment: Environment
}

/** What queries below this place can name. */
export interface Environment {
  readonly lookup: TableLookup
  readonly ctes: ReadonlyMap<string, Cte>
}

/** Names in reach of an expression: its own FROM, then those around it. */
export interface Scope {
  readonly relations: readonly ScopeRelation[]
  readonly parent?: Scope
  /** Told when a name leads here or further out. */
  readonly reached?: () => void
}

export interface Resolved {
  readonly column: ScopeColumn
  /** How many parts of the name were used; the rest are fields of a row. */
  readonly parts: number
  /** False when it was found in a scope around the query. */
  readonly local: boolean
}

/** Finds what a dotted name means: a qualified column first, then a column with fields. */
export function resolveName(scope: Scope, parts: readonly Name[], at: Position): Resolved {
  const lower = parts.map((part) => part.text.toLowerCase())
  const passed: Scope[] = []
  for (let level: Scope | undefined = scope; level; level = level.parent) {
    passed.push(level)
    const local = level === scope
    for (let qualifiers = Math.min(3, lower.length - 1); qualifiers >= 0; qualifiers--) {
      const found = level.relations
        .filter((relation) => qualifies(relation, lower.slice(0, qualifiers)))
        .flatMap(({ columns }) => columnsNamed(columns, lower[qualifiers]!))
      if (found.length > 1) {
        throw sqlError(
          'AmbiguousName',
          at,
          `Column '${written(parts.slice(0, qualifiers + 1))}' is ambiguous`,
        )
      }
      if (found.length === 1) {
        for (const each of passed) each.reached?.()
        return { column: found[0]!, parts: qualifiers + 1, local }
      }
    }
  }
  throw sqlError(
    'ColumnNotFound',
    at,
    `Column '${written(parts)}' cannot be resolved or requester is not authorized to access requested resources`,
  )
}

/** How many relations a name may have to be looked for in. */
export function relationCount(scope: Scope): number {
  let count = 0
  for (let level: Scope | undefined = scope; level; level = level.parent) {
    count += level.relations.length
  }
  return count
}

/** From here on columns are found by an index of their names: thousands may be named in a query of thousands. */
const indexedMin = 32
const indexes = new WeakMap<readonly ScopeColumn[], Map<string | undefined, ScopeColumn[]>>()

function columnsNamed(columns: readonly ScopeColumn[], name: string): readonly ScopeColumn[] {
  if (columns.length < indexedMin) return columns.filter((column) => column.name === name)
  let index = indexes.get(columns)
  if (!index) {
    index = Map.groupBy(columns, (column) => column.name)
    indexes.set(columns, index)
  }
  return index.get(name) ?? []
}

/** True when the relation may be called by these qualifiers, outermost first. */
export function qualifies(relation: ScopeRelation, qualifiers: readonly string[]): boolean {
  return qualifiers.every(
    (qualifier, index) => relation.names[qualifiers.length - 1 - index] === qualifier,
  )
}

export function written(parts: readonly Name[]): string {
  return parts.map((part) => part.text.toLowerCase()).join('.')
}

/** A column of a lambda: a name with a type, over everything around it. */
export function lambdaRelation(
  parameters: readonly { readonly name: string; readonly type: Type; readonly sql: string }[],
): ScopeRelation {
  return {
    names: [],
    columns: parameters.map(({ name, type, sql }) => ({ name, type, sql, hidden: true })),
  }
}
