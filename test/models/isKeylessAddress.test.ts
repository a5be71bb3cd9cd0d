import { expect, it } from '@jest/globals';
import { isKeylessAddress } from '../../models/isKeylessAddress.ts';

it.each([
  'http://127.0.0.1:9/v1?api-key=SECRET',
  'http://127.0.0.1:9/v1?x',
  'http://127.0.0.1:9/v1#SECRET',
  'http://user:SECRET@host/v1',
  'http://SECRET@host/v1',
  'http://host/v1;key=SECRET',
  'http://host/api_key=SECRET/v1',
  'http://host/token:SECRET/v1',
  'http://host/v1%3Fapi-key=SECRET',
  'http://host/key/SECRET/v1',
  'http://host/access-token/SECRET',
  'http://host/sk-SECRET/v1',
  'http://host/gsk_abcdefghijklmnopqrstuv/v1',
  'http://host/aB3dE6gH9jK2mN5pQ8sT1vW4yZ7bC0eF/v1',
  'http://host/%E0%A4%A/sk-SECRET',
])('finds a key in %s', (address) => {
  expect(isKeylessAddress(address)).toBe(false);
});

it.each([
  'https://api.openai.com/v1',
  'https://openrouter.ai/api/v1',
  'https://host.openai.azure.com/openai/deployments/gpt-4o-Mini-2024-07-18',
  'https://gateway.ai.cloudflare.com/v1/0123456789abcdef0123456789abcdef/gateway/openai',
  'https://us-central1-aiplatform.googleapis.com/v1beta1/projects/my-project/locations/us-central1/endpoints/openapi',
  'https://api.runpod.ai/v2/a1b2c3d4e5f6g7/openai/v1',
  'https://host/token/v1',
  'https://host/v1/models/claude@20240620',
  'http://[::1]:8080/v1',
  'not an address',
  '',
])('finds none in %s', (address) => {
  expect(isKeylessAddress(address)).toBe(true);
});
