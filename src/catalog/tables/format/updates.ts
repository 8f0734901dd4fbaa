import { TableErrors } from '../errors.ts'
import { MetadataBuilder, type BuilderContext } from './builder.ts'
import { parseSortOrder, parseSpec } from './partitioning.ts'
import {
  asArray,
  asId,
  asInteger,
  asObject,
  asText,
  asTextMap,
  optional,
  type JsonObject,
} from './reading.ts'
import { parseSchema } from './schema.ts'
import {
  parsePartitionStatistics,
  parseRef,
  parseSnapshot,
  parseNewStatistics,
} from './snapshots.ts'
import type { TableMetadata } from './types.ts'

/** The format of new tables that ask for none. */
export const defaultFormatVersion = 2

/**
 * The metadata after the updates of a commit, in their order; the base itself when they change nothing. Without a
 * base, the updates make a table. Errors: `InvalidMetadata`, `CommitFailed`, `UnsupportedFormat`.
 */
export function applyUpdates(
  base: TableMetadata | undefined,
  updates: readonly unknown[],
  context: BuilderContext,
): TableMetadata {
  const parsed = updates.map((value, at) => asObject(value, `updates[${at}]`))
  const builder = new MetadataBuilder(base, initialVersion(parsed), context)
  for (const [at, update] of parsed.entries()) {
    const path = `updates[${at}]`
    const action = asText(update['action'], `${path}.action`)
    if (!Object.hasOwn(actions, action)) {
      throw TableErrors.InvalidMetadata(`Unknown update: ${action}`)
    }
    actions[action]!(builder, update, path)
  }
  return builder.build()
}

/** A table that is made is of its final format from the start. */
function initialVersion(updates: readonly JsonObject[]): number {
  const upgrade = updates.find((update) => update['action'] === 'upgrade-format-version')
  return upgrade ? asInteger(upgrade['format-version'], 'format-version') : defaultFormatVersion
}

type Action = (builder: MetadataBuilder, update: JsonObject, path: string) => void

/** https://github.com/apache/iceberg/blob/main/open-api/rest-catalog-open-api.yaml, TableUpdate */
const actions: Readonly<Record<string, Action>> = {
  'assign-uuid': (builder, update, path) =>
    builder.assignUuid(asText(update['uuid'], `${path}.uuid`)),
  'upgrade-format-version': (builder, update, path) =>
    builder.upgradeFormat(asInteger(update['format-version'], `${path}.format-version`)),
  'add-schema': (builder, update, path) =>
    builder.addSchema(
      parseSchema(update['schema'], `${path}.schema`),
      optional(update['last-column-id'], `${path}.last-column-id`, asInteger),
    ),
  'set-current-schema': (builder, update, path) =>
    builder.setCurrentSchema(asInteger(update['schema-id'], `${path}.schema-id`)),
  'add-spec': (builder, update, path) => builder.addSpec(parseSpec(update['spec'], `${path}.spec`)),
  'set-default-spec': (builder, update, path) =>
    builder.setDefaultSpec(asInteger(update['spec-id'], `${path}.spec-id`)),
  'add-sort-order': (builder, update, path) =>
    builder.addSortOrder(parseSortOrder(update['sort-order'], `${path}.sort-order`)),
  'set-default-sort-order': (builder, update, path) =>
    builder.setDefaultSortOrder(asInteger(update['sort-order-id'], `${path}.sort-order-id`)),
  'add-snapshot': (builder, update, path) =>
    builder.addSnapshot(parseSnapshot(update['snapshot'], `${path}.snapshot`)),
  'set-snapshot-ref': (builder, update, path) =>
    builder.setRef(asText(update['ref-name'], `${path}.ref-name`), parseRef(update, path)),
  'remove-snapshots': (builder, update, path) =>
    builder.removeSnapshots(
      asArray(update['snapshot-ids'], `${path}.snapshot-ids`).map((id) =>
        asId(id, `${path}.snapshot-ids`),
      ),
    ),
  'remove-snapshot-ref': (builder, update, path) =>
    builder.removeRef(asText(update['ref-name'], `${path}.ref-name`)),
  'set-location': (builder, update, path) =>
    builder.setLocation(asText(update['location'], `${path}.location`)),
  'set-properties': (builder, update, path) =>
    builder.setProperties(asTextMap(update['updates'] ?? update['updated'], `${path}.updates`)),
  'remove-properties': (builder, update, path) =>
    builder.removeProperties(
      asArray(update['removals'] ?? update['removed'], `${path}.removals`).map((name) =>
        asText(name, `${path}.removals`),
      ),
    ),
  'set-statistics': (builder, update, path) =>
    builder.setStatistics(parseNewStatistics(update['statistics'], `${path}.statistics`)),
  'remove-statistics': (builder, update, path) =>
    builder.removeStatistics(asId(update['snapshot-id'], `${path}.snapshot-id`)),
  'set-partition-statistics': (builder, update, path) =>
    builder.setPartitionStatistics(
      parsePartitionStatistics(update['partition-statistics'], `${path}.partition-statistics`),
    ),
  'remove-partition-statistics': (builder, update, path) =>
    builder.removePartitionStatistics(asId(update['snapshot-id'], `${path}.snapshot-id`)),
  'remove-partition-specs': (builder, update, path) =>
    builder.removeSpecs(integers(update['spec-ids'], `${path}.spec-ids`)),
  'remove-schemas': (builder, update, path) =>
    builder.removeSchemas(integers(update['schema-ids'], `${path}.schema-ids`)),
  'add-encryption-key': refuseEncryption,
  'remove-encryption-key': refuseEncryption,
}

function integers(value: unknown, what: string): readonly number[] {
  return asArray(value, what).map((member) => asInteger(member, what))
}

function refuseEncryption(): never {
  throw TableErrors.UnsupportedFormat('Encrypted tables are not supported')
}
