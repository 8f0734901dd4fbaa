/** What the thread is asked: a query over texts of JSON, of which each is looked at by itself. */
export interface JqRequest {
  readonly id: number
  readonly query: string
  readonly texts: readonly string[]
  /** Only says whether the query compiles, by itself. */
  readonly check?: boolean
}

export interface JqAnswer {
  readonly id: number
  readonly results: readonly JqResult[]
}

/** All that the query gave for a text; or what it said. */
export type JqResult = { readonly values: readonly unknown[] } | { readonly error: string }
