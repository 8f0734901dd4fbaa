/** A view as Athena keeps it in the catalog: JSON in base64 within a comment. */
export interface PrestoView {
  readonly sql: string
  readonly database: string | undefined
  readonly catalog: string | undefined
  readonly columns: readonly { readonly name: string; readonly type: string }[]
}

const pattern = /^\/\*\s*Presto View:([A-Za-z0-9+/=\s]+)\*\/$/

export const presto = {
  /** Undefined when the text is not such a view. */
  decode(text: string | undefined): PrestoView | undefined {
    const encoded = pattern.exec(text?.trim() ?? '')?.[1]
    if (!encoded) return undefined
    try {
      const view = JSON.parse(Buffer.from(encoded, 'base64').toString('utf8')) as {
        originalSql?: string
        schema?: string
        catalog?: string
        columns?: { name: string; type: string }[]
      }
      if (typeof view.originalSql !== 'string') return undefined
      return {
        sql: view.originalSql,
        database: view.schema,
        catalog: view.catalog,
        columns: view.columns ?? [],
      }
    } catch {
      return undefined
    }
  },

  encode(view: PrestoView): string {
    const json = JSON.stringify({
      originalSql: view.sql,
      catalog: view.catalog,
      schema: view.database,
      columns: view.columns,
      // What a view reads is authorised for who asks; Trino wants it said, or the name of an owner.
      runAsInvoker: true,
    })
    return `/* Presto View: ${Buffer.from(json).toString('base64')} */`
  },
}
