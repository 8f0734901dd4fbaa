import {
  BIGINT,
  BLOB,
  BOOLEAN,
  DOUBLE,
  DuckDBBlobValue,
  DuckDBListValue,
  DuckDBScalarFunction,
  INTEGER,
  LIST,
  VARCHAR,
  type DuckDBConnection,
  type DuckDBType,
  type DuckDBValue,
} from '@duckdb/node-api'
import { functionMark } from '../../function-mark.ts'

const types = {
  text: VARCHAR,
  texts: LIST(VARCHAR),
  textLists: LIST(LIST(VARCHAR)),
  bigints: LIST(BIGINT),
  doubles: LIST(DOUBLE),
  doubleLists: LIST(LIST(DOUBLE)),
  integerLists: LIST(LIST(INTEGER)),
  bytes: BLOB,
  boolean: BOOLEAN,
  integer: INTEGER,
  bigint: BIGINT,
  double: DOUBLE,
} as const satisfies Record<string, DuckDBType>

interface Values {
  text: string
  texts: readonly (string | null)[]
  textLists: readonly (readonly (string | null)[])[]
  bigints: readonly (bigint | null)[]
  doubles: readonly (number | null)[]
  doubleLists: readonly (readonly number[])[]
  integerLists: readonly (readonly number[])[]
  bytes: Uint8Array
  boolean: boolean
  integer: number
  bigint: bigint
  double: number
}

export type ValueKind = keyof Values

/** A scalar function in JavaScript, callable from the SQL of a task. */
export interface EngineFunction {
  readonly name: string
  readonly parameters: readonly ValueKind[]
  readonly result: ValueKind
  /** NULL for NULL is taken care of, unless `nullable`. */
  readonly nullable: boolean
  readonly call: (...args: never[]) => unknown
}

type Arguments<P extends readonly ValueKind[]> = { [K in keyof P]: Values[P[K]] }

/** Declares a function that is NULL for a NULL, and else `call`'s answer, which may be null too. */
export function engineFunction<const P extends readonly ValueKind[], R extends ValueKind>(
  name: string,
  parameters: P,
  result: R,
  call: (...args: Arguments<P>) => Values[R] | null,
): EngineFunction {
  return { name, parameters, result, nullable: false, call: call as EngineFunction['call'] }
}

type FailureCode =
  | 'INVALID_FUNCTION_ARGUMENT'
  | 'INVALID_CAST_ARGUMENT'
  | 'INVALID_PATH'
  | 'JSON_INPUT_CONVERSION_ERROR'
  | 'JSON_OUTPUT_CONVERSION_ERROR'
  | 'JSON_VALUE_RESULT_ERROR'
  | 'NOT_SUPPORTED'
  | 'PATH_EVALUATION_ERROR'

/** Thrown by a function for arguments that it refuses: an SQL error name and its text. */
export class FunctionFailure extends Error {
  readonly code: FailureCode

  constructor(code: FailureCode, text: string) {
    super(`${functionMark}${code}: ${text}`)
    this.code = code
  }
}

/** What SQL's TRY makes NULL of. https://trino.io/docs/current/functions/conditional.html#try */
function isCaught(error: unknown): boolean {
  return (
    error instanceof FunctionFailure &&
    (error.code === 'INVALID_FUNCTION_ARGUMENT' || error.code === 'INVALID_CAST_ARGUMENT')
  )
}

let escaped: string | undefined

/**
 * The failure, since it was last asked for, that no TRY may catch: the engine's TRY catches whatever a function says, so the
 * statement must fail afterwards.
 */
export function takeEscaped(): string | undefined {
  const reason = escaped
  escaped = undefined
  return reason
}

/** Makes a function callable on a connection. It runs on the process's one thread of JavaScript. */
export function register(connection: DuckDBConnection, each: EngineFunction): void {
  const call = each.call as (...args: unknown[]) => unknown
  const width = each.parameters.length
  connection.registerScalarFunction(
    DuckDBScalarFunction.create({
      name: each.name,
      parameterTypes: each.parameters.map((kind) => types[kind]),
      returnType: types[each.result],
      mainFunction: (info, chunk, output) => {
        const inputs = Array.from({ length: width }, (_, index) => chunk.getColumnVector(index))
        const args: unknown[] = Array.from({ length: width })
        try {
          for (let row = 0; row < chunk.rowCount; row++) {
            let known = true
            for (let index = 0; index < width && known; index++) {
              const value = inputs[index]!.getItem(row)
              if (value === null) known = false
              else args[index] = fromEngine(value)
            }
            output.setItem(row, known ? toEngine(call(...args)) : null)
          }
          output.flush()
        } catch (error) {
          const reason = error instanceof Error ? error.message : String(error)
          if (!isCaught(error)) escaped ??= reason
          info.setError(reason)
        }
      },
    }),
  )
}

function fromEngine(value: DuckDBValue): unknown {
  if (value instanceof DuckDBBlobValue) return value.bytes
  return value instanceof DuckDBListValue ? value.items.map(fromEngine) : value
}

function toEngine(value: unknown): DuckDBValue {
  if (Array.isArray(value)) return new DuckDBListValue(value.map(toEngine))
  if (value instanceof Uint8Array) return new DuckDBBlobValue(value)
  return value as DuckDBValue
}
