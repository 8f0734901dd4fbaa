import type { Enum, Field, MapField, Type } from 'protobufjs'
import type { ProtobufFile } from './protobuf.ts'

/** What a reader's field takes without losing a value, by the writer's type; each takes its own. */
const widerTypes: Readonly<Record<string, readonly string[]>> = {
  int32: ['int64'],
  uint32: ['uint64', 'int64'],
  bool: ['int32', 'int64', 'uint32', 'uint64'],
  sint32: ['sint64'],
  string: ['bytes'],
}
const enumTypes = ['int32', 'int64']

/**
 * Whether a reader reads all that a writer has written, by what stands on the wire: names of fields do not count, numbers and types do.
 * https://protobuf.dev/programming-guides/proto3/#updating
 */
export class ProtobufComparison {
  readonly #reader: ProtobufFile
  readonly #writer: ProtobufFile
  readonly #compared = new Set<string>()

  constructor(reader: ProtobufFile, writer: ProtobufFile) {
    this.#reader = reader
    this.#writer = writer
  }

  /** Undefined when it does. */
  misfit(): string | undefined {
    for (const [name, written] of this.#writer.messages) {
      const read = this.#reader.messages.get(name)
      if (!read) return `The message ${name} is not there.`
      const problem = this.#messageMisfit(read, written)
      if (problem !== undefined) return problem
    }
    return undefined
  }

  #messageMisfit(read: Type, written: Type): string | undefined {
    const pair = `${read.fullName} ${written.fullName}`
    // What is being compared already is judged where that began.
    if (this.#compared.has(pair)) return undefined
    this.#compared.add(pair)
    for (const field of read.fieldsArray as readonly Field[]) {
      const own = written.fieldsById[field.id]
      if (!own) {
        if (!field.required) continue
        return `${nameOf(field)} is required, and not written.`
      }
      if (field.required && !own.required)
        return `${nameOf(field)} is required, and may be missing.`
      const problem = this.#fieldMisfit(field, own)
      if (problem !== undefined) return problem
    }
    return oneofMisfit(read, written)
  }

  #fieldMisfit(read: Field, written: Field): string | undefined {
    const what = nameOf(read)
    if (read.map !== written.map) return `${what} is a map in one of the versions.`
    if (written.repeated && !read.repeated) return `${what} may have several values.`
    if (read.map) {
      const [one, other] = [keyTypeOf(read), keyTypeOf(written)]
      if (!takes(one, other)) return `${what} has keys of type ${other}, not ${one}.`
    }
    const [mine, theirs] = [read.resolvedType, written.resolvedType]
    if (isMessage(mine) && isMessage(theirs)) return this.#messageMisfit(mine, theirs)
    if (isMessage(mine) || isMessage(theirs)) return `${what} is a message in one of the versions.`
    if (mine && theirs) return this.#enumMisfit(mine as Enum, theirs as Enum, what)
    if (theirs) {
      return enumTypes.includes(read.type) ? undefined : `${what} is an enum, not ${read.type}.`
    }
    if (mine) return `${what} is of type ${written.type}, not an enum.`
    if (takes(read.type, written.type)) return undefined
    return `${what} is of type ${written.type}, not ${read.type}.`
  }

  /** An enum of proto3 takes any number; one of proto2 those that it names. */
  #enumMisfit(read: Enum, written: Enum, what: string): string | undefined {
    if (this.#reader.syntax === 'proto3') return undefined
    const missing = Object.values(written.values).find((value) => !(value in read.valuesById))
    return missing === undefined ? undefined : `${what} may be ${written.valuesById[missing]}.`
  }
}

/** Fields that could be set together cannot be read into one of which only the last stays. */
function oneofMisfit(read: Type, written: Type): string | undefined {
  for (const oneof of read.oneofsArray) {
    if (oneof.fieldsArray.length < 2) continue
    const own = oneof.fieldsArray.flatMap(({ id }) => written.fieldsById[id] ?? [])
    if (own.length < 2) continue
    const first = own[0]!.partOf
    if (first && own.every(({ partOf }) => partOf === first)) continue
    return `${read.fullName.slice(1)}.${oneof.name} may be given several of its fields.`
  }
  return undefined
}

function takes(reader: string, writer: string): boolean {
  return reader === writer || (widerTypes[writer]?.includes(reader) ?? false)
}

function keyTypeOf(field: Field): string {
  return (field as Field & Pick<MapField, 'keyType'>).keyType
}

function isMessage(type: Type | Enum | null): type is Type {
  return type !== null && 'fieldsArray' in type
}

function nameOf(field: Field): string {
  return field.fullName.slice(1)
}
