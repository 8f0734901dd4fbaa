import { isDeepStrictEqual } from 'node:util'
import { functionArn } from './names.ts'
import type { FunctionRef, FunctionSettings } from './records.ts'
import { checkVariables } from './registry/settings.ts'

/** Keeps bytes unreadable at rest; `about` says what they are, and must be the same when they are opened. */
export interface VariableSealer {
  seal(plain: Uint8Array, about: string): Uint8Array
  unseal(sealed: Uint8Array, about: string): Uint8Array
}

/** KMS, as variables need it; a key is named by its ARN. Errors of all: `KmsKeyNotFound`, `KmsKeyDisabled`, `KmsKeyStateWrong`. */
export interface VariableKeys {
  seal(keyArn: string, plain: Uint8Array, functionArn: string): Promise<Uint8Array>
  unseal(keyArn: string, sealed: Uint8Array, functionArn: string): Promise<Uint8Array>
  /** Resolves when the key is there and may be used. */
  requireUsable(keyArn: string): Promise<void>
}

export type Variables = Readonly<Record<string, string>>

/** The members of the settings that say how variables are kept. */
export type KeptVariables = Pick<FunctionSettings, 'environment' | 'kmsKeyArn'>

/**
 * Environment variables of functions: they lie sealed in the database, under the function's KMS key or else the lake's own, and are opened for
 * a process and for who may read the settings. Errors where there is a KMS key: those of `VariableKeys`.
 */
export interface FunctionVariables {
  /**
   * For settings. What is the same as in `present` is not sealed anew: a version is published only when something has changed.
   * Error: `InvalidFunctionParameter`.
   */
  seal(
    ref: FunctionRef,
    variables: Variables,
    keyArn: string | undefined,
    present?: KeptVariables,
  ): Promise<KeptVariables>
  /** Undefined when there are none. Those of functions that were made before variables were sealed lie plain. */
  open(ref: FunctionRef, kept: KeptVariables): Promise<Variables | undefined>
  /** Resolves when a process that knows the variables may still be used. */
  requireOpen(kept: KeptVariables): Promise<void>
  readonly requireUsable: VariableKeys['requireUsable']
}

const about = 'functions/environment'

export function functionVariables(sealer: VariableSealer, keys: VariableKeys): FunctionVariables {
  const open: FunctionVariables['open'] = async (ref, { environment, kmsKeyArn }) => {
    if (typeof environment !== 'string') return environment
    const sealed = Buffer.from(environment, 'base64')
    const plain =
      kmsKeyArn === undefined
        ? sealer.unseal(sealed, about)
        : await keys.unseal(kmsKeyArn, sealed, functionArn(ref, undefined))
    return JSON.parse(Buffer.from(plain).toString()) as Variables
  }
  return {
    seal: async (ref, variables, kmsKeyArn, present) => {
      checkVariables(variables)
      if (Object.keys(variables).length === 0) return { environment: undefined, kmsKeyArn }
      const isKept = typeof present?.environment === 'string' && present.kmsKeyArn === kmsKeyArn
      if (isKept && isDeepStrictEqual({ ...(await open(ref, present)) }, { ...variables })) {
        return { environment: present.environment, kmsKeyArn }
      }
      const plain = Buffer.from(JSON.stringify(variables))
      const sealed =
        kmsKeyArn === undefined
          ? sealer.seal(plain, about)
          : await keys.seal(kmsKeyArn, plain, functionArn(ref, undefined))
      return { environment: Buffer.from(sealed).toString('base64'), kmsKeyArn }
    },
    open,
    requireOpen: async ({ environment, kmsKeyArn }) => {
      if (environment === undefined || kmsKeyArn === undefined) return
      await keys.requireUsable(kmsKeyArn)
    },
    requireUsable: (keyArn) => keys.requireUsable(keyArn),
  }
}
