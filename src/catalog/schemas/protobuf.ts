import type { Enum, Field, Namespace, ReflectionObject, Root, Type } from 'protobufjs'
import { messageOf, stable } from './canonical.ts'
import { ProtobufComparison } from './protobuf-compatibility.ts'
import type { SchemaFormat } from './schema-format.ts'

/** Protocol Buffers, proto2 and proto3, without extensions and groups: https://docs.aws.amazon.com/glue/latest/dg/schema-registry.html */
export const protobufs: SchemaFormat = {
  check: async (definition) => {
    try {
      await load(definition)
      return undefined
    } catch (error) {
      return messageOf(error)
    }
  },
  misfit: async (reader, writer) => {
    const [one, other] = [await load(reader), await load(writer)]
    return new ProtobufComparison(one, other).misfit()
  },
  canonical: async (definition) => {
    const { root, syntax } = await load(definition)
    return stable([syntax, root.toJSON({ keepComments: false })])
  },
}

export interface ProtobufFile {
  readonly root: Root
  readonly syntax: 'proto2' | 'proto3'
  /** By their full names, those of imported files not among them. */
  readonly messages: ReadonlyMap<string, Type>
}

/** Throws what is wrong with it. */
async function load(definition: string): Promise<ProtobufFile> {
  const { default: protobuf } = await import('protobufjs')
  const parsed = protobuf.parse(definition, { keepCase: true })
  const { root, imports = [], weakImports = [] } = parsed
  const syntax = syntaxOf(definition)
  const messages = new Map<string, Type>()
  for (const object of descendants(root)) {
    if (object instanceof protobuf.Type) {
      if ((object as Type & { readonly group?: boolean }).group)
        throw new Error(`${object.name}: groups are not supported.`)
      if (object.extensions?.length)
        throw new Error(`${object.name}: extensions are not supported.`)
      checkFields(object, syntax)
      messages.set(object.fullName.slice(1), object)
    } else if (object instanceof protobuf.Field && object.extend !== undefined) {
      throw new Error(`${object.name}: extensions are not supported.`)
    } else if (object instanceof protobuf.Enum) checkEnum(object, syntax)
  }
  if (messages.size === 0) throw new Error('There is no message in the definition.')
  for (const name of [...imports, ...weakImports]) {
    const known = protobuf.common.get(name)
    if (!known)
      throw new Error(`The import ${name} is not supported: those of google/protobuf are.`)
    root.addJSON(known.nested ?? {})
  }
  root.resolveAll()
  return { root, syntax, messages }
}

function syntaxOf(definition: string): 'proto2' | 'proto3' {
  const text = definition.replaceAll(/\/\*[^]*?\*\/|\/\/[^\n]*/g, ' ')
  const [, word, name = 'proto2'] = /^\s*(syntax|edition)\s*=\s*["']([^"']*)["']/.exec(text) ?? []
  if (word !== 'edition' && (name === 'proto2' || name === 'proto3')) return name
  throw new Error(`${word} ${name} is not supported: proto2 and proto3 are.`)
}

function* descendants(namespace: Namespace): Generator<ReflectionObject> {
  for (const object of namespace.nestedArray) {
    yield object
    if ('nestedArray' in object) yield* descendants(object as Namespace)
  }
}

/** https://protobuf.dev/programming-guides/proto3/#assigning; some are the library's own. */
const numberMax = 2 ** 29 - 1
const ownNumbers = { first: 19_000, last: 19_999 }

function checkFields(type: Type, syntax: string): void {
  for (const field of type.fieldsArray as readonly Field[]) {
    const { id } = field
    if (id < 1 || id > numberMax || (id >= ownNumbers.first && id <= ownNumbers.last)) {
      throw new Error(`${type.name}.${field.name}: ${id} is no number for a field.`)
    }
    if (syntax === 'proto3' && field.required) {
      throw new Error(`${type.name}.${field.name}: proto3 has no required fields.`)
    }
  }
}

/** The value of a proto3 field that is not there is the first of its enum, which therefore is zero. */
function checkEnum(type: Enum, syntax: string): void {
  const [first] = Object.values(type.values)
  if (first === undefined) throw new Error(`${type.name}: an enum has at least one value.`)
  if (syntax === 'proto3' && first !== 0) {
    throw new Error(`${type.name}: the first value of an enum is zero in proto3.`)
  }
}
