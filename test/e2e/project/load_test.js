import { check, sleep } from 'k6';
import http from 'k6/http';

export const options = { stages: JSON.parse(__ENV.STAGES) };

export default function () {
  const response = http.post(`${__ENV.BASE_URL}/predict`, '{}');
  check(response, { 'status is 200': ({ status }) => status === 200 });
  sleep(0.2);
}
