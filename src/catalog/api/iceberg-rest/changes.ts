import type { TableRef } from '#catalog/metastore'
import { isCreation, type TableChange } from '#catalog/tables'
import type { RestRequest } from '#protocol/iceberg-rest'
import { checkLocation } from './answers.ts'
import { asList } from './body.ts'

/** The change of a table that a body describes, when the caller may make it. */
export async function changeOf(
  request: RestRequest,
  ref: TableRef,
  body: Readonly<Record<string, unknown>>,
): Promise<TableChange> {
  const requirements = asList(body['requirements'], 'requirements')
  const updates = asList(body['updates'], 'updates')
  await authorizeChange(request, ref, requirements)
  return { ref, requirements, updates, checkLocation: checkLocation(request) }
}

/** Errors: 403. */
export async function authorizeChange(
  request: RestRequest,
  ref: TableRef,
  requirements: readonly unknown[],
): Promise<void> {
  const operation = isCreation(requirements) ? 'CreateTable' : 'UpdateTable'
  const input = { DatabaseName: ref.database, TableInput: { Name: ref.table } }
  await request.authorize('glue', operation, input)
}
