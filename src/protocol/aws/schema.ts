import { NormalizedSchema } from '@smithy/core/schema'
import type {
  HttpBinding,
  HttpTrait,
  LeafShape,
  Member,
  OperationSchema,
  ServiceSchema,
  Shape,
  StructureShape,
  XmlNamespace,
} from './shape.ts'

/**
 * Reads the schema objects that every `@aws-sdk/client-*` exports (`PutRecord$`, `PutRecordInput$`, the errors). This
 * is the one place that knows how they are built; a new SDK version is taken only when `test/conformance` passes.
 *
 * A schema object is a tuple: `[3 | 4 | -3 | 9 | 1 | 2, namespace, name, traits, …]` for structure, union, error,
 * operation, list, map. Structures end in `[member names], [member schemas], number of required
 * members (they come first)`; operations in `input, output`.
 */
export function readClient(client: Readonly<Record<string, unknown>>): ServiceSchema {
  const operations = new Map<string, OperationSchema>()
  const errors = new Map<string, StructureShape>()
  for (const exported of Object.values(client)) {
    if (!isTuple(exported)) continue
    if (exported[0] === operationTag) {
      const operation = readOperation(exported)
      operations.set(operation.name, operation)
    } else if (exported[0] === errorTag) {
      const shape = shapeOf(NormalizedSchema.of(exported as never)) as StructureShape
      // Every client has a base error without a service behind it.
      if (shape.namespace.startsWith('smithy.ts.sdk.synthetic')) continue
      errors.set(shape.name, shape)
    }
  }
  for (const shape of Array.from(errors.values())) {
    const code = shape.error?.query?.[0]
    if (code !== undefined && !errors.has(code)) errors.set(code, shape)
  }
  return { operations, errors }
}

/** The wire name of an operation's schema object. */
export function operationName(schema: unknown): string {
  if (!isTuple(schema) || schema[0] !== operationTag) throw new TypeError('not an operation schema')
  return schema[2]
}

export function readOperation(schema: unknown): OperationSchema {
  const tuple = schema as OperationTuple
  const http = (tuple[3] as Traits | 0 | undefined) || undefined
  return {
    name: tuple[2],
    input: structureOf(tuple[4]),
    output: structureOf(tuple[5]),
    http: http?.http ? httpTrait(http.http) : undefined,
  }
}

type OperationTuple = readonly [9, string, string, unknown, unknown, unknown]

const operationTag = 9
const errorTag = -3

function isTuple(value: unknown): value is readonly [number, string, string, ...unknown[]] {
  return (
    Array.isArray(value) &&
    value.length >= 5 &&
    typeof value[0] === 'number' &&
    typeof value[1] === 'string' &&
    typeof value[2] === 'string'
  )
}

/** Traits as the SDK names them, merged from a member and its target. */
interface Traits {
  readonly http?: readonly [string, string, number]
  readonly httpLabel?: 1
  readonly httpPayload?: 1
  readonly httpResponseCode?: 1
  readonly httpQueryParams?: 1
  readonly httpHeader?: string
  readonly httpPrefixHeaders?: string
  readonly httpQuery?: string
  readonly idempotencyToken?: 1
  readonly streaming?: 1
  readonly sparse?: 1
  readonly eventHeader?: 1
  readonly eventPayload?: 1
  readonly jsonName?: string
  readonly mediaType?: string
  readonly xmlName?: string
  readonly xmlFlattened?: 1
  readonly xmlAttribute?: 1
  readonly xmlNamespace?: readonly [string, string?]
  readonly error?: 'client' | 'server'
  readonly httpError?: number
  readonly awsQueryError?: readonly [string, number]
}

function httpTrait([method, uri, status]: readonly [string, string, number]): HttpTrait {
  return { method, uri, status }
}

const unitTarget = 'unit'

function structureOf(schema: unknown): StructureShape | undefined {
  const normalized = NormalizedSchema.of(schema as never)
  if (normalized.isUnitSchema()) return undefined
  return shapeOf(normalized) as StructureShape
}

/** One shape for one schema object, so that compiled codecs can be kept by identity; recursion ends here. */
const shapes = new WeakMap<object, Shape>()
const leaves = new Map<string, LeafShape>()

function shapeOf(schema: NormalizedSchema): Shape {
  const raw: unknown = schema.getSchema()
  if (typeof raw === 'object' && raw !== null) {
    const known = shapes.get(raw)
    if (known) return known
    const shape = compositeOf(schema)
    shapes.set(raw, shape)
    fill(schema, shape)
    return shape
  }
  if (schema.isListSchema() || schema.isMapSchema()) {
    const shape = compositeOf(schema)
    fill(schema, shape)
    return shape
  }
  return leafOf(schema)
}

type Mutable<T> = { -readonly [K in keyof T]: T[K] }

function compositeOf(schema: NormalizedSchema): Shape {
  const traits = schema.getOwnTraits() as Traits
  const name = schema.getName() ?? ''
  if (schema.isListSchema()) {
    return { kind: 'list', name, item: undefined as never, sparse: traits.sparse === 1 }
  }
  if (schema.isMapSchema()) {
    return {
      kind: 'map',
      name,
      key: undefined as never,
      value: undefined as never,
      sparse: traits.sparse === 1,
    }
  }
  return {
    kind: 'structure',
    name,
    namespace: (schema.getName(true) ?? '').split('#')[0]!,
    isUnion: schema.isUnionSchema(),
    members: [],
    byName: new Map(),
    xmlName: traits.xmlName,
    xmlNamespace: namespaceOf(traits.xmlNamespace),
    error: traits.error
      ? { fault: traits.error, status: traits.httpError, query: traits.awsQueryError }
      : undefined,
  }
}

function fill(schema: NormalizedSchema, shape: Shape): void {
  if (shape.kind === 'list') {
    ;(shape as Mutable<typeof shape>).item = memberOf('member', schema.getValueSchema(), false)
  } else if (shape.kind === 'map') {
    const map = shape as Mutable<typeof shape>
    map.key = memberOf('key', schema.getKeySchema(), false)
    map.value = memberOf('value', schema.getValueSchema(), false)
  } else if (shape.kind === 'structure') {
    const requiredCount = ((schema.getSchema() as readonly unknown[])[6] as number | undefined) ?? 0
    const members: Member[] = []
    for (const [name, member] of schema.structIterator()) {
      members.push(memberOf(name, member, members.length < requiredCount))
    }
    const structure = shape as Mutable<typeof shape>
    structure.members = members
    structure.byName = new Map(members.map((member) => [member.name, member]))
  }
}

function memberOf(name: string, schema: NormalizedSchema, required: boolean): Member {
  const traits = schema.getMergedTraits() as Traits
  const own = schema.getMemberTraits() as Traits
  const streaming = schema.isStreaming()
  return {
    name,
    shape: shapeOf(schema),
    required,
    idempotencyToken: traits.idempotencyToken === 1,
    streaming: streaming && !schema.isStructSchema(),
    eventStream: streaming && schema.isStructSchema(),
    eventHeader: own.eventHeader === 1,
    eventPayload: own.eventPayload === 1,
    jsonName: own.jsonName,
    mediaType: traits.mediaType,
    // A structure's own xmlName names it only as a root.
    xmlName: schema.isStructSchema() ? own.xmlName : traits.xmlName,
    xmlFlattened: traits.xmlFlattened === 1,
    xmlAttribute: traits.xmlAttribute === 1,
    xmlNamespace: namespaceOf(traits.xmlNamespace),
    binding: bindingOf(traits),
  }
}

function bindingOf(traits: Traits): HttpBinding | undefined {
  if (traits.httpPayload) return { in: 'payload' }
  if (traits.httpLabel) return { in: 'label' }
  if (traits.httpHeader !== undefined)
    return { in: 'header', name: traits.httpHeader.toLowerCase() }
  if (traits.httpPrefixHeaders !== undefined) {
    return { in: 'prefixHeaders', name: traits.httpPrefixHeaders.toLowerCase() }
  }
  if (traits.httpQuery !== undefined) return { in: 'query', name: traits.httpQuery }
  if (traits.httpQueryParams) return { in: 'queryParams' }
  if (traits.httpResponseCode) return { in: 'statusCode' }
  return undefined
}

/** The SDK's order is `[prefix or uri, uri]`: one element means no prefix. */
function namespaceOf(value: readonly [string, string?] | undefined): XmlNamespace | undefined {
  if (!value) return undefined
  const [first, second] = value
  if (second === undefined) return { uri: first }
  return first ? { prefix: first, uri: second } : { uri: second }
}

function leafOf(schema: NormalizedSchema): LeafShape {
  const raw: unknown = schema.getSchema()
  const key = String(raw)
  let leaf = leaves.get(key)
  if (!leaf) {
    leaf = makeLeaf(schema)
    leaves.set(key, leaf)
  }
  return leaf
}

function makeLeaf(schema: NormalizedSchema): LeafShape {
  if (schema.isBlobSchema()) return { kind: 'blob' }
  if (schema.isBooleanSchema()) return { kind: 'boolean' }
  if (schema.isNumericSchema()) return { kind: 'number' }
  if (schema.isBigIntegerSchema()) return { kind: 'bigInteger' }
  if (schema.isBigDecimalSchema()) return { kind: 'bigDecimal' }
  if (schema.isDocumentSchema()) return { kind: 'document' }
  if (schema.isTimestampSchema()) {
    const format = ({ 5: 'dateTime', 6: 'httpDate', 7: 'epochSeconds' } as const)[
      schema.getSchema() as 5 | 6 | 7
    ]
    return { kind: 'timestamp', timestampFormat: format }
  }
  if (schema.isStringSchema() || schema.getSchema() === unitTarget) return { kind: 'string' }
  throw new TypeError(`a schema of an unknown type: ${String(schema.getSchema())}`)
}
