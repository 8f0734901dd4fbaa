import type { TableRef } from '#catalog/metastore'
import { ManifestCache, createTableFiles, guardedTables } from '#catalog/tables'
import { type RequireRight, guardedObjects } from '#storage/objects'
import { MaintenanceErrors } from './errors.ts'
import type { MaintenanceParts, RoleRights } from './parts.ts'

/**
 * What maintenance works on, as the role of a table optimizer may: each call is refused that Glue or S3 would refuse to the role. Without
 * a role it is the lake itself that keeps its tables in order. Error of each call: `OptimizerRefused`.
 */
export async function partsAs<P extends MaintenanceParts>(
  parts: P,
  { accountId, region }: TableRef,
  roleArn: string | undefined,
  roleRights: RoleRights | undefined,
): Promise<P & { readonly require?: RequireRight }> {
  if (roleArn === undefined || !roleRights) return parts
  const rightsNow = async () => {
    const rights = await roleRights({ accountId, region, roleArn })
    if (rights) return rights
    throw MaintenanceErrors.OptimizerRefused(`Glue is unable to assume the role ${roleArn}`)
  }
  await rightsNow()
  const require: RequireRight = async (action, resource, keys) => {
    if (await (await rightsNow()).permits(action, resource, keys)) return
    throw MaintenanceErrors.OptimizerRefused(
      `The role ${roleArn} is not authorized to perform: ${action} on resource: ${resource}`,
    )
  }
  const objects = guardedObjects(parts.objects, require)
  const files = createTableFiles(objects)
  const tables = guardedTables(parts.tables, require)
  return { ...parts, objects, files, manifests: new ManifestCache(files), tables, require }
}
