import { type Position, sqlError } from '../errors.ts'
import { coerce } from '../analyze/cast.ts'
import type { Typed } from '../analyze/typed.ts'
import { canCoerce, commonType } from '../types/coercion.ts'
import { type Type, arrayOf, decimal, isText, mapOf, sameType, typeText } from '../types/type.ts'

/** A function's parameter or result: a type, a variable (`T`), or built of them. */
type Pattern =
  | { readonly kind: 'type'; readonly type: Type }
  | { readonly kind: 'variable'; readonly name: string }
  | { readonly kind: 'array'; readonly element: Pattern }
  | { readonly kind: 'map'; readonly key: Pattern; readonly value: Pattern }
  | { readonly kind: 'row'; readonly fields: readonly Pattern[] }
  | { readonly kind: 'function'; readonly parameters: readonly Pattern[]; readonly result: Pattern }

export interface Signature {
  readonly parameters: readonly Pattern[]
  /** The last parameter may repeat. */
  readonly variadic: boolean
  readonly result: Pattern
  readonly text: string
}

/** An argument that is a lambda, analysed once its parameters' types are known. */
export interface LambdaArgument {
  readonly parameterCount: number
  /** `names`: the engine's SQL for the parameters; without them the answer is a lambda of the engine. */
  analyze(types: readonly Type[], names?: readonly string[]): Typed
}

export type Argument = Typed | LambdaArgument

export function isLambda(argument: Argument): argument is LambdaArgument {
  return 'analyze' in argument
}

/** Reads `array(T), function(T, boolean) -> array(T)`; `varchar...` repeats. */
export function parseSignature(text: string): Signature {
  const tokens = text.match(/[A-Za-z0-9]+|->|\.\.\.|[(),]/g) ?? []
  let index = 0
  const pattern = (): Pattern => {
    const name = tokens[index++]!
    const inner = (): Pattern[] => {
      index++
      const items: Pattern[] = []
      while (tokens[index] !== ')') {
        if (tokens[index] === ',') index++
        items.push(pattern())
      }
      index++
      return items
    }
    if (name === 'array') return { kind: 'array', element: inner()[0]! }
    if (name === 'row') return { kind: 'row', fields: inner() }
    if (name === 'map') {
      const [key, value] = inner()
      return { kind: 'map', key: key!, value: value! }
    }
    if (name === 'function') {
      const items = inner()
      return { kind: 'function', parameters: items.slice(0, -1), result: items.at(-1)! }
    }
    if (/^[A-Z]$/.test(name)) return { kind: 'variable', name }
    return { kind: 'type', type: namedTypes[name] ?? failUnknown(name) }
  }
  const parameters: Pattern[] = []
  let variadic = false
  while (tokens[index] !== '->') {
    if (tokens[index] === ',') index++
    parameters.push(pattern())
    if (tokens[index] === '...') {
      variadic = true
      index++
    }
  }
  index++
  return { parameters, variadic, result: pattern(), text }
}

function failUnknown(name: string): never {
  throw new Error(`unknown type in a signature: ${name}`)
}

const namedTypes: Readonly<Record<string, Type>> = {
  boolean: { kind: 'boolean' },
  tinyint: { kind: 'tinyint' },
  integer: { kind: 'integer' },
  bigint: { kind: 'bigint' },
  real: { kind: 'real' },
  double: { kind: 'double' },
  decimal: decimal(38, 0),
  varchar: { kind: 'varchar' },
  varbinary: { kind: 'varbinary' },
  json: { kind: 'json' },
  geometry: { kind: 'geometry' },
  sphericalgeography: { kind: 'sphericalgeography' },
  bingtile: { kind: 'bingtile' },
  hyperloglog: { kind: 'hyperloglog' },
  color: { kind: 'color' },
  date: { kind: 'date' },
  time: { kind: 'time' },
  timestamp: { kind: 'timestamp' },
  timestamptz: { kind: 'timestamptz', zone: 'UTC' },
}

export interface Bound {
  /** The arguments in the parameters' types. */
  readonly args: readonly Typed[]
  readonly result: Type
  /** How many arguments had to be converted. */
  readonly cost: number
}

/** The arguments fitted to a signature, or undefined when they do not fit. */
export function bind(
  signature: Signature,
  args: readonly Argument[],
  at: Position,
): Bound | undefined {
  const { parameters, variadic } = signature
  const least = variadic ? parameters.length - 1 : parameters.length
  if (args.length < least || (!variadic && args.length > parameters.length)) return undefined
  const patternOf = (index: number) => parameters[Math.min(index, parameters.length - 1)]!

  const variables = new Map<string, Type>()
  for (const [index, arg] of args.entries()) {
    if (isLambda(arg)) {
      if (patternOf(index).kind !== 'function') return undefined
    } else if (!unify(patternOf(index), arg.type, variables)) return undefined
  }
  let cost = 0
  const bound: Typed[] = []
  for (const [index, arg] of args.entries()) {
    const pattern = patternOf(index)
    if (isLambda(arg)) {
      if (pattern.kind !== 'function' || pattern.parameters.length !== arg.parameterCount)
        return undefined
      const types = pattern.parameters.map((parameter) => fill(parameter, variables))
      if (types.some((type) => type === undefined)) return undefined
      const lambda = arg.analyze(types as Type[])
      if (!unify(pattern.result, lambda.type, variables)) return undefined
      bound.push(lambda)
      continue
    }
    const wanted = fill(pattern, variables)
    if (!wanted || !canCoerce(arg.type, wanted)) return undefined
    if (!sameType(arg.type, wanted) && !(isText(arg.type) && isText(wanted)))
      cost += distance(arg.type, wanted)
    bound.push(coerce(arg, wanted, at))
  }
  const result = fill(signature.result, variables)
  return result && { args: bound, result, cost }
}

/** Nearer types first, so that an integer prefers bigint to double. */
function distance(from: Type, to: Type): number {
  const order = ['tinyint', 'smallint', 'integer', 'bigint', 'decimal', 'real', 'double', 'varchar']
  return 1 + Math.abs(order.indexOf(to.kind) - order.indexOf(from.kind))
}

function unify(pattern: Pattern, type: Type, variables: Map<string, Type>): boolean {
  switch (pattern.kind) {
    case 'type':
      return (
        canCoerce(type, pattern.type) ||
        (pattern.type.kind === 'timestamptz' && type.kind === 'timestamptz')
      )
    case 'variable': {
      const known = variables.get(pattern.name)
      const common = known ? commonType(known, type) : type
      if (!common) return false
      variables.set(pattern.name, common)
      return true
    }
    case 'array':
      if (type.kind === 'unknown') return true
      return type.kind === 'array' && unify(pattern.element, type.element, variables)
    case 'map':
      return (
        type.kind === 'map' &&
        unify(pattern.key, type.key, variables) &&
        unify(pattern.value, type.value, variables)
      )
    case 'row':
      return (
        type.kind === 'row' &&
        type.fields.length === pattern.fields.length &&
        pattern.fields.every((field, index) => unify(field, type.fields[index]!.type, variables))
      )
    case 'function':
      return false
  }
}

function fill(pattern: Pattern, variables: ReadonlyMap<string, Type>): Type | undefined {
  switch (pattern.kind) {
    case 'type':
      return pattern.type
    case 'variable':
      return variables.get(pattern.name)
    case 'array': {
      const element = fill(pattern.element, variables)
      return element && arrayOf(element)
    }
    case 'map': {
      const key = fill(pattern.key, variables)
      const value = fill(pattern.value, variables)
      return key && value && mapOf(key, value)
    }
    case 'row': {
      const fields = pattern.fields.map((field) => fill(field, variables))
      if (fields.some((field) => field === undefined)) return undefined
      return { kind: 'row', fields: fields.map((type) => ({ name: undefined, type: type! })) }
    }
    case 'function':
      return undefined
  }
}

/** The error for arguments that fit no form of a function. */
export function unfitting(
  name: string,
  args: readonly Argument[],
  forms: readonly string[],
  at: Position,
): Error {
  const types = args.map((arg) => (isLambda(arg) ? 'function' : typeText(arg.type))).join(', ')
  const expected = forms.map((form) => `${name}(${form.split(' -> ')[0]})`).join(', ')
  return sqlError(
    'FunctionNotFound',
    at,
    `Unexpected parameters (${types}) for function ${name}. Expected: ${expected}`,
  )
}
