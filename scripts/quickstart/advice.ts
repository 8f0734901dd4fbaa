/** A failure that tells its reader what to do next. */
export class Advice extends Error {
  readonly remedy: string

  constructor(message: string, remedy: string, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause })
    this.remedy = remedy
  }
}

/** What is printed when the quickstart fails: what happened, why, what to do. */
export function adviceFor(error: unknown): string {
  const lines = ['', `✖ ${error instanceof Error ? error.message : String(error)}`]
  if (error instanceof Advice) {
    if (error.cause instanceof Error) lines.push(`  because: ${error.cause.message}`)
    lines.push(`  what to do: ${error.remedy}`)
  } else {
    lines.push(
      '  what to do: run it again (it goes on where it stopped); `rm -r .boathouse` starts from nothing',
    )
    if (error instanceof Error && error.stack) lines.push(error.stack)
  }
  return `${lines.join('\n')}\n`
}
