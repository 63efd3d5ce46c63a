/** A served model as the target expects one: health with its version, predictions, counted requests. */
import { createServer } from 'node:http';

const { PORT, HOST, MODEL_VERSION = '', MODEL_PATH = '', FAIL_WITH, SECRET_WORD = '' } = process.env;
if (FAIL_WITH !== undefined) {
  console.error(FAIL_WITH);
  process.exit(3);
}
let requests = 0;

const pages: Readonly<Record<string, () => string>> = {
  '/healthz': () => 'ok',
  '/metrics': () => `# TYPE model_requests_total counter\nmodel_requests_total ${requests}\n`,
  '/model': () => MODEL_PATH,
  '/secret': () => SECRET_WORD,
};

const server = createServer((request, response) => {
  response.setHeader('X-Model-Version', MODEL_VERSION);
  if (request.url === '/crash') process.exit(7);
  const page = pages[request.url ?? ''];
  if (page !== undefined) {
    response.setHeader('Content-Type', 'text/plain; version=0.0.4');
    response.end(page());
    return;
  }
  requests += 1;
  setTimeout(() => response.end(MODEL_VERSION), 5);
});
server.listen(Number(PORT), HOST);
process.on('SIGTERM', () => {
  server.close(() => process.exit(0));
});
