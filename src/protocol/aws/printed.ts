const printKey = Symbol('print')

/**
 * An output that can print itself as JSON, for operations whose answers have many small parts: the text must be exactly the one that the
 * output's members would give, and ASCII.
 */
export function printable<Output extends object>(output: Output, print: () => string): Output {
  return Object.defineProperty(output, printKey, { value: print })
}

/** The text of an output that prints itself. */
export function printed(output: unknown): string | undefined {
  return (output as { [printKey]?: () => string } | undefined)?.[printKey]?.()
}
