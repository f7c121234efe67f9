use std::{error::Error, path::PathBuf};

use plotters::{
    prelude::*,
    style::text_anchor::{HPos, Pos, VPos},
};

use crate::{subject::root, table::number};

/// A value for each of several subjects.
pub(crate) struct Bars {
    pub(crate) title: &'static str,
    pub(crate) values: Vec<(&'static str, f64)>,
}

/// How a cost grows with a quantity.
pub(crate) struct Growth {
    pub(crate) name: &'static str,
    /// What is on the horizontal axis, which is logarithmic.
    pub(crate) of: &'static str,
    /// What is on the vertical axis, which starts at zero.
    pub(crate) cost: &'static str,
    pub(crate) lines: Vec<(&'static str, Vec<(f64, f64)>)>,
}

impl Growth {
    /// Whether a line ends below where it started, so that the upper corner is free.
    fn falls(&self) -> bool {
        let falls = |points: &[(f64, f64)]| points.first().zip(points.last()).is_some_and(|(a, b)| b.1 < a.1);
        self.lines.iter().any(|(_, points)| falls(points))
    }
}

const COLOURS: [RGBColor; 4] =
    [RGBColor(140, 140, 140), RGBColor(200, 80, 20), RGBColor(60, 140, 60), RGBColor(50, 100, 180)];
const FONT: &str = "sans-serif";

/// Draws panels of bars, side by side, into `docs/performance/NAME.svg`.
pub(crate) fn bars(name: &str, panels: &[Bars]) -> Result<(), Box<dyn Error>> {
    let path = path(name)?;
    let root = SVGBackend::new(&path, (900, 220)).into_drawing_area();
    root.fill(&WHITE)?;
    for (area, panel) in root.split_evenly((1, panels.len())).iter().zip(panels) {
        let (width, _) = area.dim_in_pixel();
        let most = panel.values.iter().map(|(_, value)| *value).fold(f64::MIN_POSITIVE, f64::max);
        area.draw_text(panel.title, &(FONT, 15).into_text_style(area).color(&BLACK), (10, 10))?;
        for ((index, (name, value)), colour) in panel.values.iter().enumerate().zip(COLOURS) {
            let y = 40 + i32::try_from(index)? * 42;
            // Room for the number to the right of the longest bar.
            #[expect(clippy::cast_possible_truncation, reason = "pixels")]
            let length = (value / most * f64::from(width - 90)) as i32;
            area.draw_text(name, &(FONT, 12).into_text_style(area).color(&BLACK), (10, y))?;
            area.draw(&Rectangle::new([(10, y + 15), (10 + length.max(1), y + 31)], colour.filled()))?;
            let style = (FONT, 12).into_text_style(area).color(&BLACK).pos(Pos::new(HPos::Left, VPos::Center));
            area.draw_text(&number(*value), &style, (16 + length, y + 23))?;
        }
    }
    root.present()?;
    Ok(())
}

/// Draws lines into `docs/performance/NAME.svg`.
pub(crate) fn growth(growth: &Growth) -> Result<(), Box<dyn Error>> {
    let path = path(growth.name)?;
    let root = SVGBackend::new(&path, (640, 320)).into_drawing_area();
    root.fill(&WHITE)?;
    let points = || growth.lines.iter().flat_map(|(_, points)| points);
    let (least, most) = points().fold((f64::MAX, f64::MIN), |(least, most), (x, _)| (least.min(*x), most.max(*x)));
    let height = points().map(|(_, y)| *y).fold(0.0, f64::max) * 1.15;
    // A logarithmic axis by itself has lines only at powers of ten.
    let measured: Vec<f64> = growth.lines.iter().take(1).flat_map(|(_, points)| points).map(|(x, _)| *x).collect();
    let mut chart = ChartBuilder::on(&root)
        .margin(12)
        .x_label_area_size(42)
        .y_label_area_size(62)
        .build_cartesian_2d((least..most).log_scale().with_key_points(measured), 0.0..height)?;
    chart
        .configure_mesh()
        .x_desc(growth.of)
        .y_desc(growth.cost)
        .x_label_formatter(&|x| number(*x))
        .y_label_formatter(&|y| number(*y))
        .draw()?;
    for ((name, points), colour) in growth.lines.iter().zip(COLOURS.into_iter().skip(1)) {
        chart
            .draw_series(LineSeries::new(points.iter().copied(), colour.stroke_width(2)).point_size(3))?
            .label(*name)
            .legend(move |(x, y)| PathElement::new([(x, y), (x + 18, y)], colour.stroke_width(2)));
    }
    chart
        .configure_series_labels()
        .position(if growth.falls() { SeriesLabelPosition::UpperRight } else { SeriesLabelPosition::LowerRight })
        .background_style(WHITE.mix(0.8))
        .border_style(BLACK.mix(0.2))
        .draw()?;
    root.present()?;
    Ok(())
}

fn path(name: &str) -> Result<PathBuf, std::io::Error> {
    let folder = root().join("docs/performance");
    std::fs::create_dir_all(&folder)?;
    Ok(folder.join(format!("{name}.svg")))
}
