/** Address of a workflow's page in Temporal's web pages. `base` is such as `http://127.0.0.1:8233`. */
export function workflowPage(base: string, namespace: string, workflowId: string, runId?: string): string {
  const parts = ['namespaces', namespace, 'workflows', workflowId, ...(runId === undefined ? [] : [runId])];
  return `${base.replace(/\/$/, '')}/${parts.map(encodeURIComponent).join('/')}`;
}
