import { TableErrors } from '../errors.ts'
import { asId, asInteger, asObject, asText } from './reading.ts'
import type { TableMetadata } from './types.ts'

/**
 * What a commit expects of the table, checked against its state at the moment of the commit; `base` is undefined for a
 * table that is not there. Errors: `CommitFailed`, `InvalidMetadata` for a requirement that is none.
 */
export function checkRequirements(
  base: TableMetadata | undefined,
  requirements: readonly unknown[],
): void {
  for (const [at, value] of requirements.entries()) {
    const path = `requirements[${at}]`
    const requirement = asObject(value, path)
    const type = asText(requirement['type'], `${path}.type`)
    if (!Object.hasOwn(checks, type))
      throw TableErrors.InvalidMetadata(`Unknown requirement: ${type}`)
    if (type === 'assert-create') {
      if (base) throw failed('table already exists')
      continue
    }
    // Only the creation of a table has no base, and it has no other requirement.
    if (!base) throw TableErrors.InvalidMetadata(`Invalid create requirement: ${type}`)
    checks[type as keyof typeof checks](base, requirement, path)
  }
}

/** Whether a commit is to make the table. Errors: `InvalidMetadata`. */
export function isCreation(requirements: readonly unknown[]): boolean {
  return requirements.some(
    (value, at) => asObject(value, `requirements[${at}]`)['type'] === 'assert-create',
  )
}

type Check = (
  base: TableMetadata,
  requirement: Readonly<Record<string, unknown>>,
  path: string,
) => void

/** https://github.com/apache/iceberg/blob/main/open-api/rest-catalog-open-api.yaml, TableRequirement */
const checks = {
  'assert-create': () => undefined,
  'assert-table-uuid': (base, requirement, path) => {
    const uuid = asText(requirement['uuid'], `${path}.uuid`)
    if (uuid.toLowerCase() !== base['table-uuid'].toLowerCase()) {
      throw failed(`UUID does not match: expected ${base['table-uuid']} != ${uuid}`)
    }
  },
  'assert-ref-snapshot-id': (base, requirement, path) => {
    const name = asText(requirement['ref'], `${path}.ref`)
    const given = requirement['snapshot-id'] ?? undefined
    const expected = given === undefined ? undefined : asId(given, `${path}.snapshot-id`)
    const ref = Object.hasOwn(base.refs, name) ? base.refs[name] : undefined
    if (!ref && expected === undefined) return
    if (!ref) throw failed(`branch or tag ${name} is missing, expected ${expected}`)
    if (expected === undefined) throw failed(`${ref.type} ${name} was created concurrently`)
    if (ref['snapshot-id'] !== expected) {
      throw failed(
        `${ref.type} ${name} has changed: expected id ${expected} != ${ref['snapshot-id']}`,
      )
    }
  },
  'assert-last-assigned-field-id': equals(
    'last-assigned-field-id',
    'last-column-id',
    'last assigned field id changed',
  ),
  'assert-current-schema-id': equals(
    'current-schema-id',
    'current-schema-id',
    'current schema changed',
  ),
  'assert-last-assigned-partition-id': equals(
    'last-assigned-partition-id',
    'last-partition-id',
    'last assigned partition id changed',
  ),
  'assert-default-spec-id': equals(
    'default-spec-id',
    'default-spec-id',
    'default partition spec changed',
  ),
  'assert-default-sort-order-id': equals(
    'default-sort-order-id',
    'default-sort-order-id',
    'default sort order changed',
  ),
} satisfies Readonly<Record<string, Check>>

function equals(
  member: string,
  of: {
    [K in keyof TableMetadata]: TableMetadata[K] extends number ? K : never
  }[keyof TableMetadata] &
    string,
  message: string,
): Check {
  return (base, requirement, path) => {
    const expected = asInteger(requirement[member], `${path}.${member}`)
    if (expected !== base[of]) throw failed(`${message}: expected id ${expected} != ${base[of]}`)
  }
}

function failed(message: string): Error {
  return TableErrors.CommitFailed(`Requirement failed: ${message}`)
}
