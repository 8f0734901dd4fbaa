import { TableErrors } from '../errors.ts'
import { parsePrimitive, type Primitive } from '../format/primitives.ts'
import { indexFields } from '../format/schema.ts'
import { parseTransform, resultType, type Transform } from '../format/transforms.ts'
import type { PartitionSpec, TableMetadata } from '../format/types.ts'
import type { Filter, Test } from './filter.ts'
import { mayMatch, rangeOf, testRange, unknownRange, type Range } from './judge.ts'
import type { FieldSummary } from './manifest-list.ts'
import { projectTest } from './project.ts'
import { fromAvro, fromBytes } from './values.ts'

/** A partition field with all that judging its values takes. */
export interface BoundPartitionField {
  readonly fieldId: number
  readonly name: string
  readonly sourceId: number
  readonly transform: Transform
  readonly type: Primitive
}

/** Errors: `ManifestUnreadable` when a manifest names a spec that the table does not have. */
export function bindSpec(metadata: TableMetadata, specId: number): readonly BoundPartitionField[] {
  const spec = metadata['partition-specs'].find((other) => other['spec-id'] === specId)
  if (!spec) {
    throw TableErrors.ManifestUnreadable(`A manifest is of the unknown partition spec ${specId}`)
  }
  return spec.fields.map((field) => ({
    fieldId: field['field-id'],
    name: field.name,
    sourceId: field['source-id'],
    transform: parseTransform(field.transform),
    type: partitionType(metadata, field),
  }))
}

/** The source column may be gone from the current schema, yet partition old files. */
function partitionType(metadata: TableMetadata, field: PartitionSpec['fields'][number]): Primitive {
  for (const schema of metadata.schemas.toReversed()) {
    const source = indexFields(schema).get(field['source-id'])
    if (typeof source?.type === 'string') {
      return resultType(parseTransform(field.transform), parsePrimitive(source.type))
    }
  }
  return { kind: 'unknown' }
}

/** Whether rows of a partition may pass. */
export function partitionMayMatch(
  filter: Filter,
  fields: readonly BoundPartitionField[],
  partition: readonly unknown[],
): boolean {
  const ranges = new Map<BoundPartitionField, Range>()
  for (const [at, field] of fields.entries()) {
    ranges.set(field, rangeOf(fromAvro(field.type, partition[at])))
  }
  return mayMatch(filter, (test) => judgeFields(test, fields, (field) => ranges.get(field)!))
}

/** Whether a manifest may have files whose rows pass. */
export function manifestMayMatch(
  filter: Filter,
  fields: readonly BoundPartitionField[],
  summaries: readonly FieldSummary[] | undefined,
): boolean {
  if (!summaries) return true
  const rangeAt = (field: BoundPartitionField) => {
    const summary = summaries[fields.indexOf(field)]
    return summary ? summaryRange(field.type, summary) : unknownRange
  }
  return mayMatch(filter, (test) => judgeFields(test, fields, rangeAt))
}

/** A test of a column must hold for each partition value made from it. */
function judgeFields(
  test: Test,
  fields: readonly BoundPartitionField[],
  rangeOfField: (field: BoundPartitionField) => Range,
): boolean {
  for (const field of fields) {
    if (field.sourceId !== test.fieldId) continue
    const projected = projectTest(test, field.transform)
    if (projected && !testRange(projected, rangeOfField(field))) return false
  }
  return true
}

function summaryRange(type: Primitive, summary: FieldSummary): Range {
  const lower = summary.lower && fromBytes(type, summary.lower)
  const upper = summary.upper && fromBytes(type, summary.upper)
  const isFloating = type.kind === 'float' || type.kind === 'double'
  const hasNaN = summary.containsNaN ?? (isFloating ? 'unknown' : false)
  const nothing = summary.lower === undefined && summary.upper === undefined
  return {
    lower: typeof lower === 'number' && Number.isNaN(lower) ? undefined : lower,
    upper: typeof upper === 'number' && Number.isNaN(upper) ? undefined : upper,
    hasNull: summary.containsNull,
    hasNaN,
    // Bounds are of what is neither null nor NaN: without any there is nothing else.
    allNull: nothing && summary.containsNull && hasNaN === false,
    allNaN: nothing && hasNaN === true && !summary.containsNull,
  }
}
