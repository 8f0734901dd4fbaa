import { type Position, sqlError } from '../errors.ts'
import type { Type } from '../types/type.ts'

/** A unit takes about a microsecond or less: the largest query of TPC-DS has some thousands of them. */
const unitsMax = 1_000_000

/**
 * What the analysis of one statement may take of the event loop, on which everybody's requests run. What grows faster than the text (names
 * times columns, values times the fields of their type, queries times the names that they see) is counted where it is done.
 */
export class WorkBudget {
  #left = unitsMax

  /** Error: `NotSupported` when the statement has taken more than any should. */
  spend(units: number, at: Position): void {
    this.#left -= units
    if (this.#left >= 0) return
    throw sqlError('NotSupported', at, 'the statement is too large to be analysed')
  }
}

const sizes = new WeakMap<Type, number>()

/** How many types a type is made of: what is done with values of it takes as long. */
export function sizeOfType(type: Type): number {
  if (!isMadeOfTypes(type)) return 1
  let size = sizes.get(type)
  if (size === undefined) {
    size = sizeOfParts(type)
    sizes.set(type, size)
  }
  return size
}

type MadeOfTypes = Extract<Type, { kind: 'array' | 'qdigest' | 'map' | 'row' }>

function isMadeOfTypes(type: Type): type is MadeOfTypes {
  const { kind } = type
  return kind === 'row' || kind === 'array' || kind === 'map' || kind === 'qdigest'
}

function sizeOfParts(type: MadeOfTypes): number {
  if (type.kind === 'map') return 1 + sizeOfType(type.key) + sizeOfType(type.value)
  if (type.kind !== 'row') return 1 + sizeOfType(type.element)
  return type.fields.reduce((sum, field) => sum + sizeOfType(field.type), 1)
}
