import type { Query, TimeTravel } from '../parse/ast.ts'
import type { Type } from '../types/type.ts'

export interface TableColumn {
  /** Lower case. */
  readonly name: string
  readonly type: Type
  /** True for a partition key: its value is the partition's, not in the files. */
  readonly partition: boolean
}

/** A column of rows that are known. */
export interface RowsColumn {
  readonly name: string
  readonly type: Type
  /** True when it has to be asked for by name. */
  readonly hidden?: boolean
}

/** What a table's name stands for. `source` is the caller's own, handed back in the scan. */
export type ResolvedTable<Source = unknown> =
  | {
      readonly kind: 'table'
      readonly database: string
      readonly name: string
      readonly columns: readonly TableColumn[]
      /** More columns that have to be asked for by name, after `hiddenColumns`. */
      readonly hidden?: readonly Omit<TableColumn, 'partition'>[]
      readonly source: Source
    }
  | {
      readonly kind: 'view'
      readonly database: string
      readonly name: string
      /** Names in the view are looked up in its own database. */
      readonly query: Query
      readonly columns: readonly { readonly name: string; readonly type: Type }[]
      readonly lookup: TableLookup
    }
  | {
      readonly kind: 'rows'
      readonly columns: readonly RowsColumn[]
      readonly rows: readonly (readonly (string | number | null)[])[]
    }
  | {
      readonly kind: 'missing'
      readonly code: 'TableNotFound' | 'SchemaNotFound' | 'CatalogNotFound' | 'NotSupported'
      readonly message: string
    }

/** Finds a table by its name as written: one to three parts. */
export interface TableLookup {
  (parts: readonly string[], travel?: TimeTravel): ResolvedTable
  /** The database of names without one; `default` when nothing says another. */
  readonly schema?: string
}

/** A condition on partition keys alone, which rows of the scan must fulfil. */
export interface PartitionPredicate {
  /** In the engine's SQL, over `relation`'s columns. */
  readonly sql: string
  /** The alias used in `sql`, and for each of its columns that occurs, the partition key behind. */
  readonly relation: string
  readonly columns: readonly { readonly sql: string; readonly key: string }[]
  /** The same when it is as simple as that: the catalog can evaluate it. */
  readonly simple?: SimplePredicate
}

export interface SimplePredicate {
  readonly key: string
  /** `between` has two values, `in` any number, the others one. */
  readonly operator: '=' | '<>' | '<' | '<=' | '>' | '>=' | 'in' | 'between'
  /** Text, whole numbers, or dates as `yyyy-MM-dd`: by the key's type. */
  readonly values: readonly (string | number)[]
}

/** One reading of a base table by the query. */
export interface Scan<Source = unknown> {
  /** The view that must hold the table's rows: `lake.<id>`, with the columns `c0`, `c1`, … in the order of `columns`. */
  readonly id: string
  readonly database: string
  readonly name: string
  readonly columns: readonly TableColumn[]
  readonly source: Source
  /** All must hold; filled during analysis. */
  readonly predicates: PartitionPredicate[]
  /** Beside `$path`: they come after it. */
  readonly hidden: readonly Omit<TableColumn, 'partition'>[]
  /** True when the query reads `$path`. */
  usesPath: boolean
  /** True when it reads one of `hidden`. */
  usesHidden: boolean
}

/** Columns that every scan has after the table's own. */
export const hiddenColumns = ['$path'] as const
