import type { QueryScope } from './records.ts'

export function workGroupArn({ region, accountId }: QueryScope, name: string): string {
  return `arn:aws:athena:${region}:${accountId}:workgroup/${name}`
}

export function capacityReservationArn({ region, accountId }: QueryScope, name: string): string {
  return `arn:aws:athena:${region}:${accountId}:capacity-reservation/${name}`
}

export function dataCatalogArn({ region, accountId }: QueryScope, name: string): string {
  return `arn:aws:athena:${region}:${accountId}:datacatalog/${name}`
}
