import type { Limit, LimitTable } from './limits.ts'
import { listColumns, rowsMember } from './list-columns.ts'
import type { Member, Shape, StructureShape } from './shape.ts'
import { compileColumnsCheck, type ColumnsCheck } from './validate-columns.ts'

/** The violations of an input, in AWS's words; empty when there is none. */
export type Validator = (input: unknown) => readonly string[]

/** AWS names no more than ten. */
const violationsMax = 10

/**
 * Checks required members everywhere in an input, and the limits that the service declares. Wording and paths are AWS's: see the
 * records of kinesalite's tests (https://github.com/mhart/kinesalite/blob/main/test/putRecords.js).
 */
export function compileValidator(shape: StructureShape | undefined, limits: LimitTable): Validator {
  if (!shape) return () => none
  const scope = new LimitScope(limits, shape.name)
  const check = structureCheck(shape, scope, new Map(), true)
  const columnar = columnarChecks(shape, scope)
  return (input) => {
    const found: string[] = []
    const lent = columnar && listColumns(input)
    if (lent && columnar.fits(lent.columns)) columnar.others(input, '', found)
    else check(input, '', found)
    return found.length > violationsMax ? found.slice(0, violationsMax) : found
  }
}

/** For inputs whose list was read as columns: of that, and of the other members. */
function columnarChecks(
  shape: StructureShape,
  scope: LimitScope,
): { readonly fits: ColumnsCheck; readonly others: Check } | undefined {
  const found = rowsMember(shape)
  if (!found) return undefined
  const { list, rows } = found
  const fits = compileColumnsCheck(rows, (suffix) =>
    scope.down(`.${list}${suffix}`).own(suffix === '' ? list : undefined),
  )
  const members = shape.members.filter(({ name }) => name !== list)
  return fits && { fits, others: structureCheck({ ...shape, members }, scope, new Map(), true) }
}

/** The whole message of a ValidationException. */
export function violationMessage(violations: readonly string[]): string {
  return `${violations.length} validation error${violations.length > 1 ? 's' : ''} detected: ${violations.join('; ')}`
}

const none: readonly string[] = []

type Check = (value: unknown, path: string, found: string[]) => void

/** The part of a limit table that holds below one place of the input. */
class LimitScope {
  readonly #limits: LimitTable
  readonly #path: string

  constructor(limits: LimitTable, path: string) {
    this.#limits = limits
    this.#path = path
  }

  down(suffix: string): LimitScope {
    return new LimitScope(this.#limits, this.#path + suffix)
  }

  own(topLevelName?: string): Limit | undefined {
    const wildcard = topLevelName === undefined ? undefined : this.#limits[`*.${topLevelName}`]
    return this.#limits[this.#path] ?? wildcard
  }

  /** True when some limit holds further down, so that the check cannot be shared with other places. */
  hasBelow(): boolean {
    for (const key in this.#limits) {
      if (key.length > this.#path.length && key.startsWith(this.#path)) {
        const next = key[this.#path.length]
        if (next === '.' || next === '[' || next === '{') return true
      }
    }
    return false
  }
}

function checkOf(member: Member, scope: LimitScope, shared: Map<Shape, Check>): Check | undefined {
  const { shape } = member
  if (shape.kind === 'structure') return structureCheck(shape, scope, shared, false)
  if (shape.kind === 'list') {
    const itemScope = scope.down('[]')
    const item = valueCheck(shape.item, itemScope, shared, undefined)
    const { sparse } = shape
    return (value, path, found) => {
      const list = value as readonly unknown[]
      for (let i = 0; i < list.length; i += 1) {
        const element = list[i]
        if (element === null || element === undefined) {
          if (!sparse) found.push(violation('null', `${path}.${i + 1}.member`, mustNotBeNull))
        } else item?.(element, `${path}.${i + 1}.member`, found)
        if (found.length >= violationsMax) return
      }
    }
  }
  if (shape.kind === 'map') {
    const key = valueCheck(shape.key, scope.down('{key}'), shared, undefined)
    const item = valueCheck(shape.value, scope.down('{}'), shared, undefined)
    if (!key && !item) return undefined
    return (value, path, found) => {
      for (const [name, element] of Object.entries(value as object)) {
        key?.(name, `${path}.${name}.key`, found)
        if (element !== null && element !== undefined)
          item?.(element, `${path}.${name}.member`, found)
      }
    }
  }
  return undefined
}

/** The check of a member's own limit, and of what is below it. */
function valueCheck(
  member: Member,
  scope: LimitScope,
  shared: Map<Shape, Check>,
  topLevelName: string | undefined,
): Check | undefined {
  const limit = scope.own(topLevelName)
  const below = checkOf(member, scope, shared)
  if (!limit) return below
  const own = limitCheck(member.shape, limit)
  return (value, path, found) => {
    own(value, path, found)
    below?.(value, path, found)
  }
}

function structureCheck(
  shape: StructureShape,
  scope: LimitScope,
  shared: Map<Shape, Check>,
  isTop: boolean,
): Check {
  const mayShare = !isTop && !scope.hasBelow()
  if (mayShare) {
    const known = shared.get(shape)
    if (known) return known
  }
  let checks: { name: string; label: string; required: boolean; check?: Check }[] = []
  const run: Check = (value, path, found) => {
    const input = value as Readonly<Record<string, unknown>>
    for (const { name, label, required, check } of checks) {
      const element = input[name]
      if (element === undefined || element === null) {
        if (required) found.push(violation('null', join(path, label), mustNotBeNull))
      } else check?.(element, join(path, label), found)
      if (found.length >= violationsMax) return
    }
  }
  if (mayShare) shared.set(shape, run)
  checks = shape.members
    .map((member) => ({
      name: member.name,
      label: lowerFirst(member.name),
      required:
        member.required ||
        scope.down(`.${member.name}`).own(isTop ? member.name : undefined)?.required === true,
      check: member.eventStream
        ? undefined
        : valueCheck(
            member,
            scope.down(`.${member.name}`),
            shared,
            isTop ? member.name : undefined,
          ),
    }))
    .filter((entry) => entry.required || entry.check !== undefined)
  return run
}

const mustNotBeNull = 'Member must not be null'

function limitCheck(shape: Shape, limit: Limit): Check {
  const anchored = limit.pattern && new RegExp(`^(?:${limit.pattern.source})$`, limit.pattern.flags)
  return (value, path, found) => {
    const add = (constraint: string): void => {
      found.push(violation(`'${show(value, shape)}'`, path, constraint))
    }
    if (anchored && typeof value === 'string' && !anchored.test(value)) {
      add(`Member must satisfy regular expression pattern: ${limit.pattern!.source}`)
    }
    const measure = typeof value === 'number' ? 'value' : 'length'
    const size = sizeOf(value)
    // NaN is in no range.
    if (size !== undefined && limit.min !== undefined && !(size >= limit.min)) {
      add(`Member must have ${measure} greater than or equal to ${limit.min}`)
    }
    if (size !== undefined && limit.max !== undefined && !(size <= limit.max)) {
      add(`Member must have ${measure} less than or equal to ${limit.max}`)
    }
    if (limit.integer && typeof value === 'number' && !Number.isInteger(value)) {
      add('Member must be a whole number')
    }
    if (limit.enum && typeof value === 'string' && !limit.enum.includes(value)) {
      add(`Member must satisfy enum value set: [${limit.enum.join(', ')}]`)
    }
  }
}

function sizeOf(value: unknown): number | undefined {
  if (typeof value === 'number') return value
  if (typeof value === 'string') return value.length
  if (value instanceof Uint8Array) return value.byteLength
  if (Array.isArray(value)) return value.length
  if (typeof value === 'object' && value !== null && !(value instanceof Date)) {
    return Object.keys(value).length
  }
  return undefined
}

function violation(value: string, path: string, constraint: string): string {
  return `Value ${value} at '${path}' failed to satisfy constraint: ${constraint}`
}

/** A value as the messages show it: Java's way of printing it. */
function show(value: unknown, shape: Shape): string {
  if (value instanceof Uint8Array) {
    const size = value.byteLength
    return `java.nio.HeapByteBuffer[pos=0 lim=${size} cap=${size}]`
  }
  if (shape.kind === 'list' && Array.isArray(value)) {
    return `[${value.map((item) => show(item, shape.item.shape)).join(', ')}]`
  }
  if (shape.kind === 'map' && typeof value === 'object' && value !== null) {
    const entries = Object.entries(value as object)
    return `{${entries.map(([key, item]) => `${key}=${show(item, shape.value.shape)}`).join(', ')}}`
  }
  if (shape.kind === 'structure') return shape.name
  return String(value)
}

function join(path: string, label: string): string {
  return path === '' ? label : `${path}.${label}`
}

function lowerFirst(name: string): string {
  return name.charAt(0).toLowerCase() + name.slice(1)
}
