import { isDeepStrictEqual } from 'node:util'
import type { FunctionSettings } from './records.ts'
import { checkVariables } from './registry/settings.ts'

/** Keeps bytes unreadable at rest; `about` says what they are, and must be the same when they are opened. */
export interface VariableSealer {
  seal(plain: Uint8Array, about: string): Uint8Array
  unseal(sealed: Uint8Array, about: string): Uint8Array
}

export type Variables = Readonly<Record<string, string>>

/** Environment variables of functions: they lie sealed in the database, and are opened for a process and for who may read the settings. */
export interface FunctionVariables {
  /**
   * For settings. What is the same as in `present` is not sealed anew: a version is published only when something has changed.
   * Error: `InvalidFunctionParameter`.
   */
  seal(variables: Variables, present?: FunctionSettings['environment']): string | undefined
  /** Undefined when there are none. */
  open(sealed: FunctionSettings['environment']): Variables | undefined
}

const about = 'functions/environment'

export function functionVariables(sealer: VariableSealer): FunctionVariables {
  const open: FunctionVariables['open'] = (sealed) =>
    sealed === undefined
      ? undefined
      : (JSON.parse(
          Buffer.from(sealer.unseal(Buffer.from(sealed, 'base64'), about)).toString(),
        ) as Variables)
  return {
    seal: (variables, present) => {
      checkVariables(variables)
      if (Object.keys(variables).length === 0) return undefined
      if (isDeepStrictEqual({ ...open(present) }, { ...variables })) return present
      const sealed = sealer.seal(Buffer.from(JSON.stringify(variables)), about)
      return Buffer.from(sealed).toString('base64')
    },
    open,
  }
}
