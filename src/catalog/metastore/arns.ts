import type { CatalogRef, DatabaseRef, TableRef } from './records.ts'

/** https://docs.aws.amazon.com/glue/latest/dg/glue-specifying-resource-arns.html */
export function catalogArn(ref: CatalogRef, resource: string): string {
  return `arn:aws:glue:${ref.region}:${ref.accountId}:${resource}`
}

export function databaseArn(ref: DatabaseRef): string {
  return catalogArn(ref, `database/${ref.database.toLowerCase()}`)
}

export function tableArn(ref: TableRef): string {
  return catalogArn(ref, `table/${ref.database.toLowerCase()}/${ref.table.toLowerCase()}`)
}
