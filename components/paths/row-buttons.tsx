import { ArrowDown, ArrowUp, Trash2 } from "lucide-react";
import { useTranslations } from "next-intl";
import { Button } from "#components/ui/button.tsx";

interface RowButtonsProps {
  /** What the row is called. */
  name: string;
  index: number;
  count: number;
  onMove: (to: number) => void;
  onRemove: () => void;
}

/** Moves and removes a row; buttons, so that keyboards do it as well. */
export function RowButtons({ name, index, count, onMove, onRemove }: RowButtonsProps) {
  const t = useTranslations("paths");
  return (
    <span className="flex shrink-0">
      <Button
        variant="flat"
        size="icon"
        aria-label={t("moveUp", { name })}
        disabled={index === 0}
        onClick={() => onMove(index - 1)}
      >
        <ArrowUp aria-hidden />
      </Button>
      <Button
        variant="flat"
        size="icon"
        aria-label={t("moveDown", { name })}
        disabled={index === count - 1}
        onClick={() => onMove(index + 1)}
      >
        <ArrowDown aria-hidden />
      </Button>
      <Button variant="flat" size="icon" aria-label={t("removeRow", { name })} onClick={onRemove}>
        <Trash2 aria-hidden />
      </Button>
    </span>
  );
}
