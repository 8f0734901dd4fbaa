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
  /** Undefined when there are none. Those of functions that were made before variables were sealed lie plain. */
  open(kept: FunctionSettings['environment']): Variables | undefined
}

const about = 'functions/environment'

export function functionVariables(sealer: VariableSealer): FunctionVariables {
  const open: FunctionVariables['open'] = (kept) => {
    if (typeof kept !== 'string') return kept
    return JSON.parse(
      Buffer.from(sealer.unseal(Buffer.from(kept, 'base64'), about)).toString(),
    ) as Variables
  }
  return {
    seal: (variables, present) => {
      checkVariables(variables)
      if (Object.keys(variables).length === 0) return undefined
      const isKept = typeof present === 'string'
      if (isKept && isDeepStrictEqual({ ...open(present) }, { ...variables })) return present
      const sealed = sealer.seal(Buffer.from(JSON.stringify(variables)), about)
      return Buffer.from(sealed).toString('base64')
    },
    open,
  }
}
