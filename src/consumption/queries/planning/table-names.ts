import type { Query } from '#consumption/sql'

/** Every table name in a query, lower case, each once; names of WITH queries are among them. */
export function tableNamesOf(query: Query): readonly (readonly string[])[] {
  const names = new Map<string, readonly string[]>()
  const visit = (node: unknown): void => {
    if (Array.isArray(node)) {
      for (const item of node) visit(item)
    } else if (typeof node === 'object' && node !== null) {
      if (isTable(node)) {
        const parts = node.parts.map((part) => part.text.toLowerCase())
        names.set(parts.join('\0'), parts)
      }
      for (const value of Object.values(node)) visit(value)
    }
  }
  visit(query)
  return [...names.values()]
}

function isTable(
  node: object,
): node is { readonly kind: 'table'; readonly parts: readonly { readonly text: string }[] } {
  return 'kind' in node && node.kind === 'table' && 'parts' in node
}
