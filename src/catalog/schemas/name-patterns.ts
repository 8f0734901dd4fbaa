/**
 * Whether a name matches a pattern of JSON Schema; undefined for what is more than a fixed beginning, end or part. Patterns come from whoever registers a
 * schema, so none is run: some take for ever.
 */
export function matches(pattern: string, name: string): boolean | undefined {
  const [, start, literal, end] = /^(\^?)([^\\^$.|?*+()[\]{}]*)(\$?)$/.exec(pattern) ?? []
  if (literal === undefined) return /^\^?\.\*\$?$/.test(pattern) ? true : undefined
  if (start && end) return name === literal
  if (start) return name.startsWith(literal)
  return end ? name.endsWith(literal) : name.includes(literal)
}
