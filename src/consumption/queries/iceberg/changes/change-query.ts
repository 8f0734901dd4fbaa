import type {
  Expression,
  Merge,
  MergeCase,
  Query,
  Relation,
  RowChange,
  TableColumn,
} from '#consumption/sql'
import { failed } from '../../planning/failure.ts'

type At = { readonly line: number; readonly column: number }

/**
 * A statement that changes rows, as a query with a row for each row that is deleted, updated or inserted: where it stands (NULL for
 * one that is inserted), whether there is a new row, and the columns of that. Each new value is in the type of its expression.
 */
export function changeQuery(
  statement: RowChange,
  columns: readonly TableColumn[],
  hidden: readonly { readonly name: string }[],
): Query {
  const { line, column } = statement
  const at = { line, column }
  const name = statement.kind === 'merge' ? statement.alias?.text : undefined
  const target = name?.toLowerCase() ?? statement.table.at(-1)!
  const own = (of: string): Expression => nameOf([target, of], at)
  const rowItems = hidden.map((each) => own(each.name))
  const table: Relation = {
    kind: 'table',
    parts: statement.table.map((text) => ({ text, quoted: true, ...at })),
    columns: [],
    ...at,
  }
  switch (statement.kind) {
    case 'delete':
      return select([...rowItems, isTrue(false, at)], [table], statement.where, at)
    case 'update': {
      checkAssignments(statement.assignments, columns)
      const values = columns.map((each) => assigned(each, statement.assignments) ?? own(each.name))
      return select([...rowItems, isTrue(true, at), ...values], [table], statement.where, at)
    }
    case 'merge':
      return mergeQuery(statement, columns, hidden, own, table, at)
  }
}

function mergeQuery(
  statement: Merge,
  columns: readonly TableColumn[],
  hidden: readonly { readonly name: string }[],
  own: (of: string) => Expression,
  table: Relation,
  at: At,
): Query {
  const { cases, source, on, alias } = statement
  for (const each of cases) checkCase(each, columns)
  const isMissing: Expression = { kind: 'isNull', value: own('$file'), negated: false, ...at }
  const isFound: Expression = { ...isMissing, negated: true }
  const conditionOf = (each: MergeCase): Expression => {
    const place = each.kind === 'insert' ? isMissing : isFound
    if (!each.condition) return place
    return { kind: 'logical', operator: 'and', terms: [place, each.condition], ...at }
  }
  const choose = (then: (each: MergeCase) => Expression | undefined): Expression => {
    const whens = cases.flatMap((each) => {
      const value = then(each)
      return value === undefined ? [] : [{ when: conditionOf(each), then: value }]
    })
    return whens.length > 0 ? { kind: 'case', whens, ...at } : { kind: 'null', ...at }
  }
  const needsMissing = cases.some(({ kind }) => kind === 'insert')
  const join: Relation = {
    kind: 'join',
    join: needsMissing ? 'left' : 'inner',
    left: source,
    right: { ...table, ...(alias ? { alias } : {}) },
    on,
    using: [],
    ...at,
  }
  const isChosen: Expression = {
    kind: 'logical',
    operator: 'or',
    terms: cases.map(conditionOf),
    ...at,
  }
  // A deletion stands among the cases of each column with NULL, so that no later case takes its row.
  const values = columns.map((column) =>
    choose((each) => {
      switch (each.kind) {
        case 'delete':
          return { kind: 'null', ...at }
        case 'update':
          return assigned(column, each.assignments) ?? own(column.name)
        case 'insert': {
          const names = each.columns ?? columns.map((other) => other.name)
          return each.values[names.indexOf(column.name)] ?? { kind: 'null', ...at }
        }
      }
    }),
  )
  const isNew = choose((each) => isTrue(each.kind !== 'delete', at))
  const items = [...hidden.map((each) => own(each.name)), isNew, ...values]
  return select(items, [join], isChosen, at)
}

function checkCase(each: MergeCase, columns: readonly TableColumn[]): void {
  if (each.kind === 'update') return checkAssignments(each.assignments, columns)
  if (each.kind !== 'insert') return
  const where = `line ${each.line}:${each.column}: `
  const names = each.columns ?? columns.map((column) => column.name)
  for (const [at, name] of names.entries()) {
    if (!columns.some((column) => column.name === name)) {
      throw failed(
        'COLUMN_NOT_FOUND',
        `${where}Merge column name does not exist in target table: ${name}`,
      )
    }
    if (names.indexOf(name) !== at) {
      throw failed(
        'DUPLICATE_COLUMN_NAME',
        `${where}Merge column name is specified more than once: ${name}`,
      )
    }
  }
  if (names.length !== each.values.length) {
    throw failed(
      'MISMATCHED_COLUMN_ALIASES',
      `${where}Insert has ${names.length} columns but ${each.values.length} values`,
    )
  }
}

function checkAssignments(
  assignments: readonly {
    readonly target: string
    readonly line: number
    readonly column: number
  }[],
  columns: readonly TableColumn[],
): void {
  const seen = new Set<string>()
  for (const { target, line, column } of assignments) {
    const where = `line ${line}:${column}: `
    if (!columns.some(({ name }) => name === target)) {
      throw failed(
        'COLUMN_NOT_FOUND',
        `${where}The UPDATE SET target column ${target} doesn't exist`,
      )
    }
    if (seen.has(target)) {
      throw failed('DUPLICATE_COLUMN_NAME', `${where}The same column is assigned twice: ${target}`)
    }
    seen.add(target)
  }
}

function assigned(
  { name }: TableColumn,
  assignments: readonly { readonly target: string; readonly value: Expression }[],
): Expression | undefined {
  return assignments.find(({ target }) => target === name)?.value
}

function select(
  items: readonly Expression[],
  from: readonly Relation[],
  where: Expression | undefined,
  at: At,
): Query {
  return {
    ctes: [],
    orderBy: [],
    body: {
      kind: 'select',
      distinct: false,
      items: items.map((expression) => ({ kind: 'item', expression, ...at })),
      from,
      ...(where ? { where } : {}),
      groupBy: [],
      windows: [],
      ...at,
    },
    ...at,
  }
}

function nameOf(parts: readonly string[], at: At): Expression {
  return { kind: 'name', parts: parts.map((text) => ({ text, quoted: true, ...at })), ...at }
}

function isTrue(value: boolean, at: At): Expression {
  return { kind: 'boolean', value, ...at }
}
