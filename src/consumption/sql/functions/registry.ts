import { type Position, sqlError } from '../errors.ts'
import type { Typed } from '../analyze/typed.ts'
import type { Type } from '../types/type.ts'
import {
  type Argument,
  type LambdaArgument,
  type Signature,
  bind,
  isLambda,
  parseSignature,
  unfitting,
} from './signature.ts'

/** What a function that needs more than a template is given. */
export interface CallContext {
  readonly name: string
  readonly at: Position
  /** When the query started, epoch milliseconds: what `now()` says all through it. */
  readonly startMs: number
  /** Of listagg. */
  readonly truncate?: { readonly filler: string; readonly count: boolean }
  /** Of an aggregate. */
  readonly lambdas?: readonly LambdaArgument[]
  /** True when the call has ORDER BY of its own. */
  readonly ordered?: boolean
}

/** A form of a function: a signature and the engine's SQL, in which `$1` stands for the first argument. */
interface Form {
  readonly signature: Signature
  readonly sql: string | ((args: readonly Typed[], context: CallContext, result: Type) => string)
}

export type FunctionBody =
  | {
      readonly kind: 'higher'
      readonly usage: readonly string[]
      readonly build: (args: readonly Argument[], context: CallContext) => Typed | undefined
    }
  | { readonly kind: 'forms'; readonly forms: readonly Form[] }
  /** Decides by itself; undefined when the arguments do not fit `usage`. */
  | {
      readonly kind: 'own'
      readonly usage: readonly string[]
      readonly build: (args: readonly Typed[], context: CallContext) => Typed | undefined
    }

/** A function that analyses its lambdas by itself; undefined when the arguments do not fit `usage`. */
export function higher(
  usage: string,
  build: (args: readonly Argument[], context: CallContext) => Typed | undefined,
): FunctionBody {
  return { kind: 'higher', usage: [usage], build }
}

export type FunctionTable = Readonly<Record<string, FunctionBody>>

/** One or several forms: `forms(['varchar -> varchar', 'upper($1)'])`. */
export function forms(...list: readonly (readonly [string, Form['sql']])[]): FunctionBody {
  return {
    kind: 'forms',
    forms: list.map(([signature, sql]) => ({ signature: parseSignature(signature), sql })),
  }
}

export function own(
  usage: string | readonly string[],
  build: (args: readonly Typed[], context: CallContext) => Typed | undefined,
): FunctionBody {
  return { kind: 'own', usage: typeof usage === 'string' ? [usage] : usage, build }
}

/** Applies a function to its arguments. Errors: `FunctionNotFound`, `TypeMismatch`. */
export function apply(body: FunctionBody, args: readonly Argument[], context: CallContext): Typed {
  if (body.kind === 'higher') {
    const built = body.build(args, context)
    if (!built) throw unfitting(context.name, args, body.usage, context.at)
    return built
  }
  if (body.kind === 'own') {
    const values = args.filter((arg) => !isLambda(arg)) as Typed[]
    const built = values.length === args.length ? body.build(values, context) : undefined
    if (!built) throw unfitting(context.name, args, body.usage, context.at)
    return built
  }
  let best: { cost: number; typed: Typed } | undefined
  for (const form of body.forms) {
    const bound = bind(form.signature, args, context.at)
    if (!bound || (best && best.cost <= bound.cost)) continue
    const sql =
      typeof form.sql === 'string'
        ? fillTemplate(form.sql, bound.args)
        : form.sql(bound.args, context, bound.result)
    best = { cost: bound.cost, typed: { sql, type: bound.result } }
    if (bound.cost === 0) break
  }
  if (!best)
    throw unfitting(
      context.name,
      args,
      body.forms.map((form) => form.signature.text),
      context.at,
    )
  return best.typed
}

/** `$1` is the first argument, `$*` all of them. */
export function fillTemplate(template: string, args: readonly Typed[]): string {
  const filled = template.replaceAll(/\$(\d|\*)/g, (_, which: string) =>
    which === '*'
      ? args.map((arg) => arg.sql).join(', ')
      : (args[Number(which) - 1]?.sql ?? 'NULL'),
  )
  return `(${filled})`
}

/** The text of an argument that must be a literal, such as a date's format. */
export function literalText(value: Typed | undefined, what: string, context: CallContext): string {
  if (typeof value?.constant === 'string') return value.constant
  throw sqlError(
    'NotSupported',
    context.at,
    `${context.name} is supported only with a literal ${what}`,
  )
}
