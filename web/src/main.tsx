/** The web desk starts here. */
import { localStorageColorSchemeManager, MantineProvider } from '@mantine/core';
import { Notifications } from '@mantine/notifications';
import { QueryClientProvider } from '@tanstack/react-query';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { Router } from 'wouter';
import { useHashLocation } from 'wouter/use-hash-location';
import { queries } from './api/session.ts';
import { App } from './shell/app.tsx';

const place = document.getElementById('desk');
if (place === null) throw new Error('expected an element #desk');

const schemes = localStorageColorSchemeManager({ key: 'strikewire-light' });
const theme = { respectReducedMotion: true, autoContrast: true, cursorType: 'pointer' } as const;

createRoot(place).render(
  <StrictMode>
    {/* Variables and classes are in our style sheets: a style element would break the policy. */}
    <MantineProvider
      theme={theme}
      defaultColorScheme="auto"
      colorSchemeManager={schemes}
      withCssVariables={false}
      withGlobalClasses={false}
    >
      <QueryClientProvider client={queries}>
        <Router hook={useHashLocation}>
          <App />
        </Router>
        <Notifications position="bottom-right" autoClose={7000} limit={4} />
      </QueryClientProvider>
    </MantineProvider>
  </StrictMode>,
);
