import type { Query, TimeTravel } from '#consumption/sql'

/** A table as a query names it. */
export interface NamedTable {
  /** Lower case. */
  readonly parts: readonly string[]
  readonly travel: TimeTravel | undefined
}

/** Each table of a query once, and once more for each other time of it; names of WITH queries are among them. */
export function tableNamesOf(query: Query): ReadonlyMap<string, NamedTable> {
  const names = new Map<string, NamedTable>()
  const visit = (node: unknown): void => {
    if (Array.isArray(node)) {
      for (const item of node) visit(item)
    } else if (typeof node === 'object' && node !== null) {
      if (isTable(node)) {
        const parts = node.parts.map((part) => part.text.toLowerCase())
        names.set(tableKey(parts, node.travel), { parts, travel: node.travel })
      }
      for (const value of Object.values(node)) visit(value)
    }
  }
  visit(query)
  return names
}

/** Names one table at one time within a query. */
export function tableKey(parts: readonly string[], travel: TimeTravel | undefined): string {
  const name = parts.join('\0')
  return travel ? `${name}\0\0${travel.line}:${travel.column}` : name
}

function isTable(node: object): node is {
  readonly kind: 'table'
  readonly parts: readonly { readonly text: string }[]
  readonly travel?: TimeTravel
} {
  return 'kind' in node && node.kind === 'table' && 'parts' in node
}
