import { isLakeError, randomHex } from '#kit'
import type { Database } from '#platform/database'
import { FunctionErrors } from './errors.ts'
import type { FunctionMeter } from './measure.ts'
import { functionArn, functionNotFound, isVersion, parseFunctionArn } from './names.ts'
import type { FunctionEntry, FunctionRef, FunctionVersion } from './records.ts'
import { findAlias, loadEntry, loadVersion, resolveVersion } from './registry/lookups.ts'
import type { FunctionRunner, RunResult } from './runtime/function-runner.ts'
import { tablesOf, type FunctionDb } from './tables.ts'

export interface InvokeInput {
  readonly ref: FunctionRef
  /** A version or an alias; `$LATEST` without. */
  readonly qualifier?: string | undefined
  /** JSON; empty for none. */
  readonly payload: Uint8Array
  /** JSON. */
  readonly clientContext?: string | undefined
  readonly requestId?: string | undefined
}

export interface Invoked extends RunResult {
  readonly executedVersion: string
}

/** What another part of the lake needs to call a function and wait for its answer. Access is the caller's affair. */
export interface FunctionInvoker {
  /**
   * Runs a function by its ARN, with or without a version or alias. A function that fails is an answer with `functionError`, not
   * an error. Errors: `FunctionNotFound`, `FunctionThrottled`, `InvalidPayload`, `PayloadTooLarge`, `FunctionNotRunnable`,
   * `InvalidFunctionParameter`.
   */
  invokeArn(arn: string, payload: Uint8Array): Promise<Invoked>
}

/** https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html */
export const requestBytesMax = 6_291_456
export const eventBytesMax = 1_048_576

export type Invoke = (input: InvokeInput) => Promise<Invoked>

/** Invocations that are waited for, each within the reserved concurrency of its function. */
export function createInvoke(
  database: Database,
  runner: FunctionRunner,
  meter: FunctionMeter,
): Invoke {
  const running = new Map<string, number>()

  return async (input) => {
    checkPayload(input.payload, requestBytesMax, 'RequestResponse')
    const db = tablesOf(database)
    const entry = await loadEntry(db, input.ref)
    const version = await chooseVersion(db, entry, input.qualifier)
    const count = running.get(entry.id) ?? 0
    if (count >= (entry.reservedConcurrency ?? Infinity)) {
      meter.throttled(input)
      throw FunctionErrors.FunctionThrottled('Rate Exceeded.', {
        reason: 'ReservedFunctionConcurrentInvocationLimitExceeded',
      })
    }
    running.set(entry.id, count + 1)
    try {
      const result = await runner.run({
        version,
        invokedArn: functionArn(entry, input.qualifier),
        payload: payloadOf(input.payload),
        clientContext: input.clientContext,
        requestId: input.requestId,
      })
      const { durationMs, functionError } = result
      const failed = functionError !== undefined
      meter.ran(input, { failed, durationMs, concurrent: running.get(entry.id)! })
      return { ...result, executedVersion: version.version }
    } catch (error) {
      if (isLakeError(error, 'FunctionThrottled')) meter.throttled(input)
      throw error
    } finally {
      const left = running.get(entry.id)! - 1
      if (left === 0) running.delete(entry.id)
      else running.set(entry.id, left)
    }
  }
}

export function invokerOf(invoke: Invoke): FunctionInvoker {
  return {
    invokeArn: async (arn, payload) => {
      const ref = parseFunctionArn(arn)
      if (!ref) throw FunctionErrors.FunctionNotFound(`Function not found: ${arn}`)
      const { qualifier, ...rest } = ref
      return invoke({ ref: rest, qualifier, payload })
    },
  }
}

/** Without a payload a function is given an empty object. */
function payloadOf(payload: Uint8Array): Buffer {
  if (payload.length === 0) return Buffer.from('{}')
  return Buffer.from(payload.buffer, payload.byteOffset, payload.byteLength)
}

/** Errors: `PayloadTooLarge`, `InvalidPayload`. */
export function checkPayload(payload: Uint8Array, bytesMax: number, type: string): void {
  if (payload.length > bytesMax) {
    throw FunctionErrors.PayloadTooLarge(
      `${payload.length} byte payload is too large for the ${type} invocation type (limit ${bytesMax} bytes)`,
    )
  }
  if (payload.length === 0) return
  try {
    JSON.parse(Buffer.from(payload.buffer, payload.byteOffset, payload.byteLength).toString())
  } catch (error) {
    throw FunctionErrors.InvalidPayload(
      `Could not parse request body into json: Could not parse payload into json: ${(error as Error).message}`,
    )
  }
}

/** Of an alias with weights now the one, now the other version. */
async function chooseVersion(
  db: FunctionDb,
  entry: FunctionEntry,
  qualifier: string | undefined,
): Promise<FunctionVersion> {
  if (qualifier === undefined || isVersion(qualifier)) return resolveVersion(db, entry, qualifier)
  const alias = await findAlias(db, entry, qualifier)
  if (!alias) throw functionNotFound(entry, qualifier)
  const dice = parseInt(randomHex(4), 16) / 2 ** 32
  const other = Object.entries(alias.weights).find(([, weight]) => dice < weight)
  return loadVersion(db, entry, other?.[0] ?? alias.version)
}
