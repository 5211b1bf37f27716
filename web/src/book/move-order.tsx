/** Asks for another limit of a working entry; the desk keeps it inside the collar. */
import { Button, Modal, TextInput } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { type SubmitEvent, useState } from 'react';
import { replaceOrder } from '../api/acts.ts';
import { plainly } from '../api/problem.ts';
import type { DeskOrder } from '../api/types.ts';

interface MoveOrderProps {
  readonly order: DeskOrder;
  readonly orderId: string;
  readonly onClose: () => void;
}

export function MoveOrder({ order, orderId, onClose }: MoveOrderProps) {
  const [limit, setLimit] = useState(order.limit ?? '');
  const [reason, setReason] = useState('');
  const move = useMutation({
    mutationFn: async () => replaceOrder(orderId, limit.trim(), reason.trim()),
    onSuccess: onClose,
  });
  const submit = (event: SubmitEvent) => {
    event.preventDefault();
    move.mutate();
  };
  return (
    <Modal
      opened
      onClose={onClose}
      title={`Move the limit of ${order.contract}?`}
      lockScroll={false}
      closeButtonProps={{ 'aria-label': 'Close' }}
    >
      <form className="stack" onSubmit={submit}>
        <TextInput
          label="Limit"
          inputMode="decimal"
          required
          data-autofocus
          value={limit}
          onChange={(event) => setLimit(event.currentTarget.value)}
        />
        <TextInput
          label="Reason, for the record"
          value={reason}
          maxLength={500}
          onChange={(event) => setReason(event.currentTarget.value)}
        />
        {move.error !== null && (
          <p className="note bad" role="alert">
            {plainly(move.error)}
          </p>
        )}
        <div className="row">
          <Button type="submit" color="blue.9" loading={move.isPending}>
            Move it
          </Button>
          <Button variant="default" onClick={onClose}>
            Leave it
          </Button>
        </div>
      </form>
    </Modal>
  );
}
