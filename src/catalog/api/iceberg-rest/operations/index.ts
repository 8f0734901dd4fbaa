import { AddFiles } from './AddFiles.ts'
import { CallProcedure } from './CallProcedure.ts'
import { CancelPlanning } from './CancelPlanning.ts'
import { CommitTransaction } from './CommitTransaction.ts'
import { CreateNamespace } from './CreateNamespace.ts'
import { CreateTable } from './CreateTable.ts'
import { CreateView } from './CreateView.ts'
import { DropNamespace } from './DropNamespace.ts'
import { DropTable } from './DropTable.ts'
import { DropView } from './DropView.ts'
import { FetchPlanningResult } from './FetchPlanningResult.ts'
import { FetchScanTasks } from './FetchScanTasks.ts'
import { GetConfig } from './GetConfig.ts'
import { ListNamespaces } from './ListNamespaces.ts'
import { ListTables } from './ListTables.ts'
import { ListViews } from './ListViews.ts'
import { LoadCredentials } from './LoadCredentials.ts'
import { LoadMetrics } from './LoadMetrics.ts'
import { LoadNamespaceMetadata } from './LoadNamespaceMetadata.ts'
import { LoadTable } from './LoadTable.ts'
import { LoadView } from './LoadView.ts'
import { NamespaceExists } from './NamespaceExists.ts'
import { PlanTableScan } from './PlanTableScan.ts'
import { RegisterTable } from './RegisterTable.ts'
import { RegisterView } from './RegisterView.ts'
import { RenameTable } from './RenameTable.ts'
import { RenameView } from './RenameView.ts'
import { ReplaceView } from './ReplaceView.ts'
import { ReportMetrics } from './ReportMetrics.ts'
import { SignRequest } from './SignRequest.ts'
import { TableExists } from './TableExists.ts'
import { UpdateProperties } from './UpdateProperties.ts'
import { UpdateTable } from './UpdateTable.ts'
import { ViewExists } from './ViewExists.ts'
import type { RestOperation } from '#protocol/iceberg-rest'
import type { IcebergRestContext } from '../context.ts'

export const operations: Readonly<Record<string, RestOperation<IcebergRestContext>>> = {
  AddFiles,
  CallProcedure,
  CancelPlanning,
  CommitTransaction,
  CreateNamespace,
  CreateTable,
  CreateView,
  DropNamespace,
  DropTable,
  DropView,
  FetchPlanningResult,
  FetchScanTasks,
  GetConfig,
  ListNamespaces,
  ListTables,
  ListViews,
  LoadCredentials,
  LoadMetrics,
  LoadNamespaceMetadata,
  LoadTable,
  LoadView,
  NamespaceExists,
  PlanTableScan,
  RegisterTable,
  RegisterView,
  RenameTable,
  RenameView,
  ReplaceView,
  ReportMetrics,
  SignRequest,
  TableExists,
  UpdateProperties,
  UpdateTable,
  ViewExists,
}
