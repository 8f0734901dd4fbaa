import { type Position, sqlError } from '../errors.ts'
import { holdsMaps } from '../analyze/identity.ts'
import type { Typed } from '../analyze/typed.ts'
import type { Type } from '../types/type.ts'
import { holdsOwnZones } from '../types/zones.ts'
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
  /** The database of names without one, lower case. */
  readonly schema: string
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

/** Functions that compare elements or keys as the engine does. */
const comparing = new Set(
  (
    'array_distinct array_except array_histogram array_intersect array_union arrays_overlap ' +
    'contains_sequence map map_concat map_from_entries map_zip_with multimap_from_entries transform_keys'
  ).split(' '),
)

export const ownZonesText = 'is not supported for times of which each has a zone of its own'

export const comparedMapsText =
  'is not supported for maps that are compared, since the engine compares the order of their entries too'

/** Values of which equal ones have several forms in the engine. */
function refuseForms(args: readonly Argument[], { name, at }: CallContext): void {
  const told = args.filter((arg): arg is Typed => !isLambda(arg)).map(({ type }) => type)
  // The values of a map are not compared.
  const types = name === 'map' ? told.slice(0, 1) : told
  const wrong = types.some((type) => holdsOwnZones(type.kind === 'map' ? type.key : type))
  if (wrong) throw sqlError('NotSupported', at, `${name} ${ownZonesText}`)
  const inner = types.map((type) =>
    type.kind === 'map' ? type.key : type.kind === 'array' ? comparedElement(name, type) : type,
  )
  if (inner.some(holdsMaps)) throw sqlError('NotSupported', at, `${name} ${comparedMapsText}`)
}

/** Of entries as rows the keys are compared alone. */
function comparedElement(name: string, { element }: Extract<Type, { kind: 'array' }>): Type {
  const entries = name.endsWith('map_from_entries') && element.kind === 'row'
  return entries ? (element.fields[0]?.type ?? element) : element
}

/** Applies a function to its arguments. Errors: `FunctionNotFound`, `TypeMismatch`. */
export function apply(body: FunctionBody, args: readonly Argument[], context: CallContext): Typed {
  if (comparing.has(context.name)) refuseForms(args, context)
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
