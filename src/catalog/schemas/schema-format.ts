/** One language of schemas: what the registry needs to know of it. */
export interface SchemaFormat {
  /** What a definition that is none is refused with; undefined when it is one. */
  check(definition: string): Promise<string | undefined>
  /** Why `reader` cannot read all that is written with `writer`; undefined when it can. Both are definitions. */
  misfit(reader: string, writer: string): Promise<string | undefined>
  /** What is the same however it is laid out. */
  canonical(definition: string): Promise<string> | string
}
