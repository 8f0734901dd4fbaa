import { CommitTransaction } from './CommitTransaction.ts'
import { CreateNamespace } from './CreateNamespace.ts'
import { CreateTable } from './CreateTable.ts'
import { DropNamespace } from './DropNamespace.ts'
import { DropTable } from './DropTable.ts'
import { GetConfig } from './GetConfig.ts'
import { ListNamespaces } from './ListNamespaces.ts'
import { ListTables } from './ListTables.ts'
import { LoadCredentials } from './LoadCredentials.ts'
import { LoadNamespaceMetadata } from './LoadNamespaceMetadata.ts'
import { LoadTable } from './LoadTable.ts'
import { NamespaceExists } from './NamespaceExists.ts'
import { RegisterTable } from './RegisterTable.ts'
import { RenameTable } from './RenameTable.ts'
import { ReportMetrics } from './ReportMetrics.ts'
import { TableExists } from './TableExists.ts'
import { UpdateProperties } from './UpdateProperties.ts'
import { UpdateTable } from './UpdateTable.ts'
import type { RestOperation } from '#protocol/iceberg-rest'
import type { IcebergRestContext } from '../context.ts'

export const operations: Readonly<Record<string, RestOperation<IcebergRestContext>>> = {
  CommitTransaction,
  CreateNamespace,
  CreateTable,
  DropNamespace,
  DropTable,
  GetConfig,
  ListNamespaces,
  ListTables,
  LoadCredentials,
  LoadNamespaceMetadata,
  LoadTable,
  NamespaceExists,
  RegisterTable,
  RenameTable,
  ReportMetrics,
  TableExists,
  UpdateProperties,
  UpdateTable,
}
