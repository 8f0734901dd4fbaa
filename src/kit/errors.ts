/**
 * What went wrong, in the domain's own terms. A front maps a kind and a code to its protocol's
 * error; no HTTP status is known here.
 */
export type ErrorKind =
  | 'notFound'
  | 'conflict'
  | 'invalid'
  | 'denied'
  | 'throttled'
  | 'unsupported'
  | 'internal'

export type ErrorDetails = Readonly<Record<string, unknown>>

/** An error that a caller can act on. Its message is safe to show, save when `kind` is `internal`. */
export class LakeError extends Error {
  override readonly name = 'LakeError'
  readonly code: string
  readonly kind: ErrorKind
  readonly details: ErrorDetails

  constructor(
    code: string,
    kind: ErrorKind,
    message: string,
    options: { readonly details?: ErrorDetails; readonly cause?: unknown } = {},
  ) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause })
    this.code = code
    this.kind = kind
    this.details = options.details ?? {}
  }
}

/** One documented error: its kind, what it means, and what the reader can do about it. */
export interface ErrorSpec {
  readonly kind: ErrorKind
  readonly remedy: string
}

export type ErrorFactory = (message: string, details?: ErrorDetails, cause?: unknown) => LakeError

/** Every error that was declared, by `module` then code: the source of `docs/reference/errors.md`. */
export const declaredErrors = new Map<string, Readonly<Record<string, ErrorSpec>>>()

/**
 * Declares the errors of a module, and returns one factory for each:
 * `throw StreamErrors.StreamNotFound('Stream x is not there', { stream: 'x' })`.
 */
export function defineErrors<T extends Readonly<Record<string, ErrorSpec>>>(
  module: string,
  specs: T,
): { readonly [K in keyof T]: ErrorFactory } {
  declaredErrors.set(module, specs)
  const factories: Record<string, ErrorFactory> = {}
  for (const [code, spec] of Object.entries(specs)) {
    factories[code] = (message, details, cause) =>
      new LakeError(code, spec.kind, message, { details, cause })
  }
  return factories as { readonly [K in keyof T]: ErrorFactory }
}

/** True when `error` is a LakeError with this code. */
export function isLakeError(error: unknown, code?: string): error is LakeError {
  return error instanceof LakeError && (code === undefined || error.code === code)
}
